// SPDX-License-Identifier: Apache-2.0
//
// The TPM's structures as bytes and back, by TPM2-TSS (MU).

#ifndef TPM2_MARSHAL_H
#define TPM2_MARSHAL_H

#include <keyseat/sdk/bytes.h>

#include <tss2/tss2_tpm2_types.h>

#include <optional>

namespace tpm2 {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;

Bytes marshal(TPM2_CC code);
Bytes marshal(const TPML_PCR_SELECTION &selection);
Bytes marshal(const TPM2B_PUBLIC &key); // with its size, as key files have it
Bytes marshal(const TPM2B_PRIVATE &blob);

// None: it is none, or there is something behind it.
std::optional<TPM2B_PUBLIC> unmarshal_public(BytesView bytes);
std::optional<TPM2B_PRIVATE> unmarshal_private(BytesView bytes);

// The name of an object whose name algorithm is SHA-256 (TPM 2.0 Library Part 1 section 16).
TPM2B_NAME name_of(const TPM2B_PUBLIC &key);

} // namespace tpm2

#endif
