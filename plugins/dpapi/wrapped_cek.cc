// SPDX-License-Identifier: Apache-2.0

#include "wrapped_cek.h"

#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>

namespace dpapi {

namespace jose = keyseat::sdk::jose;
using keyseat::sdk::as_bytes;

namespace {

// The fields before the description, which every blob of DPAPI has, are longer; so is any CMS message.
constexpr std::size_t kLeastBlobSize = 40;

SecretBytes commitment(const Call &call, std::string_view alg, BytesView cek, BytesView blob) {
   constexpr std::string_view kNul("\0", 1);
   constexpr std::string_view kLabel("keyseat.dpapi commitment\0", 25);
   const jose::Digest digest = jose::sha256({as_bytes(alg), as_bytes(kNul), blob});
   Bytes info(kLabel.begin(), kLabel.end());
   info.insert(info.end(), digest.begin(), digest.end());
   return jose::hkdf_sha256(call.secret_memory(), cek, {}, info, kCommitmentSize);
}

} // namespace

WrappedKey wrap_cek(const Call &call, const Guard &guard, BytesView cek) {
   WrappedKey wrapped;
   wrapped.header = "{\"alg\":" + jose::json_quote(guard.alg()) + guard.header_members() +
                    ",\"kid\":" + jose::json_quote(guard.kid()) + "}";
   wrapped.encrypted_key = guard.protect(call, cek);
   const SecretBytes tag = commitment(call, guard.alg(), cek, wrapped.encrypted_key);
   wrapped.encrypted_key.insert(wrapped.encrypted_key.end(), tag.view().begin(), tag.view().end());
   return wrapped;
}

std::optional<BytesView> blob_of(BytesView encrypted_key) {
   if (encrypted_key.size() < kLeastBlobSize + kCommitmentSize) return std::nullopt;
   return encrypted_key.sub(0, encrypted_key.size() - kCommitmentSize);
}

std::optional<SecretBytes> unwrap_cek(const Call &call, const Guard &guard,
                                      BytesView encrypted_key) {
   const auto blob = blob_of(encrypted_key);
   if (!blob) return std::nullopt;
   SecretBytes cek = guard.unprotect(call, *blob);
   if (cek.size() != KEYSEAT_CEK_SIZE) return std::nullopt;
   const SecretBytes expected = commitment(call, guard.alg(), cek, *blob);
   if (!jose::constant_time_equal(expected, encrypted_key.sub(blob->size()))) return std::nullopt;
   return cek;
}

} // namespace dpapi
