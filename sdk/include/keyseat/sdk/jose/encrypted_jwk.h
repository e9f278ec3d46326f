// SPDX-License-Identifier: Apache-2.0
//
// A JWK under a passphrase (RFC 7517 section 7): a JWE with `alg` PBES2-HS512+A256KW (RFC 7518
// section 4.8), `enc` A256GCM and `cty` jwk+json.

#ifndef KEYSEAT_SDK_JOSE_ENCRYPTED_JWK_H
#define KEYSEAT_SDK_JOSE_ENCRYPTED_JWK_H

#include <keyseat/sdk/jose/jwk.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

inline constexpr std::uint32_t kWrittenIterations = 210'000; // OWASP's figure for HMAC-SHA-512
inline constexpr std::uint32_t kLeastIterations = 1'000;     // RFC 7518 section 4.8.1.2
inline constexpr std::uint32_t kMostIterations = 2'000'000;  // `p2c` shall not burn the CPU

// Encrypts `key` under `passphrase` (any bytes) as a JWE in compact serialization.
std::string encrypt_jwk(const PrivateJwk &key, BytesView passphrase,
                        std::uint32_t iterations = kWrittenIterations);

// True for text that is a JWE in any serialization rather than a JWK, by shape.
bool is_encrypted_jwk(std::string_view text);

// Decrypts a JWE in compact, flattened or general serialization (one recipient). Returns none when
// the passphrase is wrong or the text was altered: the two cannot be told apart. Throws
// Failure(KEYSEAT_E_CONFIG) for text that is no such JWE, other algorithms and `p2c` out of range, all
// before the passphrase is used; `check` alone stops there and needs no passphrase.
std::optional<PrivateJwk> decrypt_jwk(SecretMemory memory, std::string_view text,
                                      BytesView passphrase);
void check_encrypted_jwk(std::string_view text);

} // namespace keyseat::sdk::jose

#endif
