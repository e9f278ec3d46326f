// SPDX-License-Identifier: Apache-2.0
//
// The public areas of the objects that this plugin makes, without their unique part.

#ifndef TPM2_TEMPLATES_H
#define TPM2_TEMPLATES_H

#include "policy.h"

#include <keyseat/sdk/jose/jwk.h>

namespace tpm2 {

namespace jose = keyseat::sdk::jose;

// The ECC P-256 storage root of the TCG TPM v2.0 Provisioning Guidance section 7.5.1, with an empty
// unique part, as the TSS2 PRIVATE KEY format has it: the same seed always yields the same key.
TPM2B_PUBLIC storage_root_template();

// A sealed secret.
TPM2B_PUBLIC sealed_template(const Policy &policy);

// A decryption key that never leaves the TPM: P-256, P-384, RSA-2048 or RSA-3072. Throws
// Failure(E_UNSUPPORTED) for other types.
TPM2B_PUBLIC resident_template(jose::KeyType type, const Policy &policy);

// Whether `made` is `wanted` but for its unique part.
bool agrees_with_template(const TPM2B_PUBLIC &made, const TPM2B_PUBLIC &wanted);

// The public key of a resident key.
jose::PublicJwk public_jwk_of(const TPM2B_PUBLIC &made, jose::KeyType type);

} // namespace tpm2

#endif
