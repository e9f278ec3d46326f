// SPDX-License-Identifier: Apache-2.0
//
// Key files: a private JWK at rest, with its public half in clear beside it.
//
//    PATH        a JWK (RFC 7517), or one encrypted under a passphrase (encrypted_jwk.h), mode 0600
//    PATH.pub    the public JWK; for `oct` a JSON object of `kty`, `kid` and `alg` only. Mode 0644
//
// PATH.pub lets others encrypt to this node and lets the node itself wrap without a passphrase. It
// is no authority: where PATH can be read, its own public half counts, and unlocking an encrypted
// key compares the two.

#ifndef KEYSEAT_SDK_JOSE_KEY_FILE_H
#define KEYSEAT_SDK_JOSE_KEY_FILE_H

#include <keyseat/sdk/jose/jwk.h>

#include <cstdint>
#include <optional>
#include <string>

namespace keyseat::sdk::jose {

// What stands in PATH.pub, or follows from an unencrypted PATH: what can be known without a secret.
struct KeyFacts {
   KeyType type;
   std::string kid;
   std::string alg;
   std::optional<PublicJwk> public_key; // none for oct
};

// Sizes beyond this are refused: no JWK is that large.
inline constexpr std::size_t kMaxKeyFileSize = std::size_t{64} << 10;

// Reads a small file into secret memory. Refuses a file that belongs to another user than this one or
// root, that is no regular file, that others than its owner may write, by mode or ACL, and where
// `is_private`, one that they may read. Symbolic links are followed, and the target is judged.
// Throws Failure: KEYSEAT_E_KEY_MISSING when there is no such file, KEYSEAT_E_DENIED when it may not
// be read or must not be used (the hint names the remedy), KEYSEAT_E_IO, KEYSEAT_E_LIMIT.
SecretBytes read_key_file(SecretMemory memory, const std::string &path, bool is_private);

// Writes a file as a whole: temporary name in the same folder, mode set from the start, synced,
// renamed, folder synced. `replace` false: never replaces a file, not even one that appears
// meanwhile (Failure KEYSEAT_E_KEY_EXISTS). `is_private`: mode 0600, otherwise 0644. A failure leaves
// what was there and no temporary file. Throws Failure: KEYSEAT_E_IO, KEYSEAT_E_DENIED.
void write_key_file(const std::string &path, BytesView content, bool is_private, bool replace);

// Whether a file is there. Throws Failure(KEYSEAT_E_IO) when that cannot be told.
bool key_file_exists(const std::string &path);

// Removes a file. Throws Failure like the others.
void remove_key_file(const std::string &path);

// Seconds since 1970-01-01 UTC of the last change; 0 when unknown.
std::int64_t key_file_time(const std::string &path);

// PATH.pub.
std::string public_key_path(const std::string &path);

// The content of PATH.pub for a key, and back. Throws Failure(KEYSEAT_E_CONFIG).
std::string write_key_facts(const PrivateJwk &key);
KeyFacts read_key_facts(std::string_view text);
KeyFacts key_facts(const PrivateJwk &key);

} // namespace keyseat::sdk::jose

#endif
