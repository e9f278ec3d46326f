// SPDX-License-Identifier: Apache-2.0
//
// Key management of JWE (RFC 7518 section 4) in software: wrapping a CEK to a JWK and unwrapping it,
// and the pieces of it that a device's plugin needs when the private operation happens elsewhere.

#ifndef KEYSEAT_SDK_JOSE_KEY_MANAGEMENT_H
#define KEYSEAT_SDK_JOSE_KEY_MANAGEMENT_H

#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/jwk.h>
#include <keyseat/sdk/protector.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

// What a JOSE header says about key management. Decoded, not judged.
struct JoseHeader {
   std::string alg;
   std::optional<std::string> kid;
   std::optional<PublicJwk> epk; // validated: the point lies on its curve
   Bytes apu;
   Bytes apv;
   Bytes iv;  // A256GCMKW
   Bytes tag; // A256GCMKW
   std::optional<Bytes> p2s;
   std::optional<std::int64_t> p2c;
};

// Reads a JOSE header. None when it is no JSON object with a string `alg`, or when a member of the
// list above has the wrong type or encoding, or an `epk` is no valid public key.
std::optional<JoseHeader> read_jose_header(std::string_view header);
std::optional<JoseHeader> read_jose_header(JsonValue header); // of a JSON text that has been read

// Wraps `cek` (KEYSEAT_CEK_SIZE bytes) for a public key, or under a symmetric one. The header has
// `alg`, `kid` and, for ECDH-ES+A256KW, `epk`. The shared secret and the KEK of an agreement lie in
// `memory`, or where the private key's secrets do; the ephemeral key in OpenSSL's own structures,
// which are wiped before this returns.
WrappedKey wrap_key(SecretMemory memory, const PublicJwk &recipient, BytesView cek);
WrappedKey wrap_key(const PrivateJwk &key, BytesView cek); // key pairs: to the public half

// Throws not_mine() unless `alg` is `key_alg`, `kid` is absent or `kid`, and the shape (presence and
// curve of `epk`, size of the encrypted key, no `p2c`) is what that algorithm has for `type`. Of an
// algorithm with a name of your own, the size of the encrypted key is yours to check.
JoseHeader require_mine(std::string_view header, BytesView encrypted_key, KeyType type,
                        std::string_view key_alg, std::string_view kid);

// The same of a header that has been read.
void require_mine(const JoseHeader &header, BytesView encrypted_key, KeyType type,
                  std::string_view key_alg, std::string_view kid);

// Unwraps a CEK: require_mine(), then the private operation. Throws not_mine(), or tampered() for
// every failure after that. The result has KEYSEAT_CEK_SIZE bytes.
SecretBytes unwrap_key(SecretMemory memory, const PrivateJwk &key, std::string_view header,
                       BytesView encrypted_key);
SecretBytes unwrap_key(SecretMemory memory, const PrivateJwk &key, const JoseHeader &header,
                       BytesView encrypted_key);

// The second half of ECDH-ES+A256KW, for a shared secret (the x coordinate, RFC 7518 section 4.6)
// that a device computed. Throws tampered().
SecretBytes unwrap_with_shared_secret(SecretMemory memory, BytesView shared_secret,
                                      const JoseHeader &header, BytesView encrypted_key);

// ECDH in software; none for an all-zero result (RFC 7748 section 6.1) or mismatched curves.
std::optional<SecretBytes> ecdh(SecretMemory memory, const PrivateJwk &own, const PublicJwk &other);

// RSAES-OAEP with MGF1 of the same hash: SHA-256, or SHA-1 where `sha1`. Unwrapping returns none for
// every failure of the ciphertext.
Bytes rsa_oaep_encrypt(const PublicJwk &key, bool sha1, BytesView message);
std::optional<SecretBytes> rsa_oaep_decrypt(SecretMemory memory, const PrivateJwk &key, bool sha1,
                                            BytesView ciphertext);

} // namespace keyseat::sdk::jose

#endif
