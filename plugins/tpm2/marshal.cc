// SPDX-License-Identifier: Apache-2.0

#include "marshal.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/primitives.h>

#include <tss2/tss2_mu.h>

#include <algorithm>

namespace tpm2 {

namespace {

void require_marshalled(TSS2_RC code) {
   if (code == TSS2_RC_SUCCESS) return;
   throw keyseat::sdk::Failure(KEYSEAT_E_INTERNAL, "a structure of the TPM cannot be marshalled")
         .with_native("tss2", code);
}

template <class T>
Bytes marshal_by(TSS2_RC (*function)(const T *, std::uint8_t *, std::size_t, std::size_t *),
                 const T &value) {
   Bytes bytes(sizeof(T) + 64);
   std::size_t size = 0;
   require_marshalled(function(&value, bytes.data(), bytes.size(), &size));
   bytes.resize(size);
   return bytes;
}

template <class T>
std::optional<T> unmarshal_by(TSS2_RC (*function)(const std::uint8_t *, std::size_t, std::size_t *,
                                                  T *),
                              BytesView bytes) {
   T value{};
   std::size_t size = 0;
   if (function(bytes.data(), bytes.size(), &size, &value) != TSS2_RC_SUCCESS ||
       size != bytes.size()) {
      return std::nullopt;
   }
   return value;
}

} // namespace

Bytes marshal(TPM2_CC code) {
   Bytes bytes(sizeof code);
   std::size_t size = 0;
   require_marshalled(Tss2_MU_TPM2_CC_Marshal(code, bytes.data(), bytes.size(), &size));
   return bytes;
}

Bytes marshal(const TPML_PCR_SELECTION &selection) {
   return marshal_by(Tss2_MU_TPML_PCR_SELECTION_Marshal, selection);
}

Bytes marshal(const TPM2B_PUBLIC &key) { return marshal_by(Tss2_MU_TPM2B_PUBLIC_Marshal, key); }

Bytes marshal(const TPM2B_PRIVATE &blob) { return marshal_by(Tss2_MU_TPM2B_PRIVATE_Marshal, blob); }

std::optional<TPM2B_PUBLIC> unmarshal_public(BytesView bytes) {
   return unmarshal_by(Tss2_MU_TPM2B_PUBLIC_Unmarshal, bytes);
}

std::optional<TPM2B_PRIVATE> unmarshal_private(BytesView bytes) {
   return unmarshal_by(Tss2_MU_TPM2B_PRIVATE_Unmarshal, bytes);
}

TPM2B_NAME name_of(const TPM2B_PUBLIC &key) {
   const Bytes area = marshal_by(Tss2_MU_TPMT_PUBLIC_Marshal, key.publicArea);
   const auto digest = keyseat::sdk::jose::sha256(area);
   TPM2B_NAME name{};
   name.name[0] = TPM2_ALG_SHA256 >> 8;
   name.name[1] = TPM2_ALG_SHA256 & 0xff;
   std::copy(digest.begin(), digest.end(), name.name + 2);
   name.size = static_cast<UINT16>(digest.size() + 2);
   return name;
}

} // namespace tpm2
