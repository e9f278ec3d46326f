// SPDX-License-Identifier: Apache-2.0
//
// The cryptographic primitives that the JOSE algorithms are made of, over OpenSSL 3.
//
// OpenSSL is used through a library context of this library's own, which reads no configuration file
// and no environment: OPENSSL_CONF would load foreign code into the process otherwise.
//
// All functions are thread-safe. They throw Failure(KEYSEAT_E_INTERNAL) when OpenSSL fails for a
// reason that input cannot cause; failures that input can cause are named at each function.

#ifndef KEYSEAT_SDK_JOSE_PRIMITIVES_H
#define KEYSEAT_SDK_JOSE_PRIMITIVES_H

#include <keyseat/sdk/secret.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace keyseat::sdk::jose {

using Digest = std::array<std::uint8_t, 32>;

// SHA-256 (FIPS 180-4) of the concatenation of the parts.
Digest sha256(BytesView part);
Digest sha256(std::initializer_list<BytesView> parts);

// Fills with bytes of OpenSSL's CSPRNG.
void random_bytes(std::uint8_t *out, std::size_t size);
SecretBytes random_secret(SecretMemory memory, std::size_t size);

// Compares in a time that depends on the sizes only.
bool constant_time_equal(BytesView a, BytesView b);

// HKDF-SHA-256 (RFC 5869), `size` up to 8160 bytes.
SecretBytes hkdf_sha256(SecretMemory memory, BytesView key, BytesView salt, BytesView info,
                        std::size_t size);

// PBKDF2 (RFC 8018) with HMAC-SHA-512 (`sha512`) or HMAC-SHA-256.
SecretBytes pbkdf2(SecretMemory memory, bool sha512, BytesView passphrase, BytesView salt,
                   std::uint32_t iterations, std::size_t size);

// AES key wrap (RFC 3394) under a KEK of 16, 24 or 32 bytes. `key` has a multiple of 8 bytes, at
// least 16; the result is 8 bytes longer. Unwrapping returns none when the integrity check fails or
// the size is impossible.
Bytes aes_key_wrap(BytesView kek, BytesView key);
std::optional<SecretBytes> aes_key_unwrap(SecretMemory memory, BytesView kek, BytesView wrapped);

// AES-GCM (SP 800-38D), key of 16 or 32 bytes, IV of 12, tag of 16. The ciphertext is as long as the
// plaintext. Opening returns none when the tag differs; no plaintext leaves it then.
struct GcmSealed {
   Bytes ciphertext;
   std::array<std::uint8_t, 16> tag;
};
inline constexpr std::size_t kGcmIvSize = 12;
inline constexpr std::size_t kGcmTagSize = 16;
GcmSealed aes_gcm_seal(BytesView key, BytesView iv, BytesView aad, BytesView plaintext);
std::optional<SecretBytes> aes_gcm_open(SecretMemory memory, BytesView key, BytesView iv,
                                        BytesView aad, BytesView ciphertext, BytesView tag);

// Concat KDF with SHA-256 as JWA uses it (RFC 7518 section 4.6.2): `alg` is the AlgorithmID, `apu`
// and `apv` the decoded party infos, `size` the bytes of key wanted (up to 32).
SecretBytes concat_kdf(SecretMemory memory, BytesView shared_secret, std::string_view alg,
                       BytesView apu, BytesView apv, std::size_t size);

} // namespace keyseat::sdk::jose

#endif
