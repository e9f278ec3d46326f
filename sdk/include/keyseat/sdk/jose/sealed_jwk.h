// SPDX-License-Identifier: Apache-2.0
//
// A private JWK sealed at rest by something of a plugin's own: an operating system account, a TPM. The
// content of a key file is a JWE in compact serialization, of which this part is the same for all:
//
//    header       what wrap() writes (`alg`, a collision-resistant name; whatever else unwrapping needs), and
//                 "cty":"jwk+json", "enc":"A256GCM", "ks_v":1
//    plaintext    the private JWK
//
// and the CEK is wrapped by the plugin. So a small secret is all that has to fit into a device, the
// header is authenticated, and an altered file does not open.

#ifndef KEYSEAT_SDK_JOSE_SEALED_JWK_H
#define KEYSEAT_SDK_JOSE_SEALED_JWK_H

#include <keyseat/sdk/jose/jwk.h>
#include <keyseat/sdk/protector.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

// A sealed JWK, decoded and not opened.
struct SealedJwk {
   std::string header;         // JSON with a string `alg`
   std::string encoded_header; // base64url, as it is authenticated
   std::string alg;
   Bytes encrypted_key;
   Bytes iv;
   Bytes ciphertext;
   Bytes tag;
};

// Seals `key`; `wrap` gets the CEK, 32 random bytes. Throws what `wrap` throws.
std::string seal_jwk(const PrivateJwk &key, const std::function<WrappedKey(BytesView cek)> &wrap);

// Decodes `text`. Throws Failure: KEYSEAT_E_CONFIG for what is no such JWE, KEYSEAT_E_TOO_NEW for
// another `ks_v`.
SealedJwk read_sealed_jwk(std::string_view text);

// The key; none when the CEK is another one or anything was altered. Throws Failure(KEYSEAT_E_CONFIG)
// for a plaintext that is no private JWK.
std::optional<PrivateJwk> open_sealed_jwk(SecretMemory memory, const SealedJwk &sealed,
                                          BytesView cek);

} // namespace keyseat::sdk::jose

#endif
