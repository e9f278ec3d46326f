// SPDX-License-Identifier: Apache-2.0
//
// Jwe: a JSON Web Encryption (RFC 7516) in Keyseat's profile, general JSON serialization.
//
//    {
//      "ciphertext": ..., "iv": ..., "tag": ...,            A256GCM (RFC 7518 section 5.3)
//      "protected":  base64url of the canonical form of
//                    { "enc": "A256GCM", "typ": "keyseat+jwe", "ks_v": 1,
//                      "ks_id":         16 random bytes: the credential's name,
//                      "ks_commit":     HKDF-SHA-256 of the CEK: GCM does not commit to its key,
//                      "ks_recipients": SHA-256 of the canonical form of `recipients`,
//                      "ks_binding":    { ... } },
//      "recipients": [ { "encrypted_key": ..., "header": { "alg": ..., "kid": ..., ... } } ]   1 to 16
//    }
//
// The serialization equals its own canonical form (RFC 8785): one Jwe has one spelling. There is no
// `unprotected`, `crit`, `zip` or `aad`. Text in Jwe objects is public.

#ifndef KEYSEAT_JOSE_JWE_H
#define KEYSEAT_JOSE_JWE_H

#include <keyseat/error.h>
#include <keyseat/plugin/values.h>
#include <keyseat/secret.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace keyseat {

inline constexpr std::size_t kCekSize = 32; // bytes

// The JSON of a Jwe beyond this size is refused before it is looked at: 64 MiB, as for
// definitions. Sixteen recipients of the largest size take 0.3 MiB of it.
inline constexpr std::size_t kMaxJweText = std::size_t{64} << 20;

// A recipient's own header in canonical form, bytes: what a plugin reads with the protected members
// added (merged_header) stays within KEYSEAT_MAX_HEADER.
inline constexpr std::size_t kMaxRecipientHeader = KEYSEAT_MAX_HEADER - 256;

using CredentialId = std::array<std::uint8_t, 16>;

// One party that can open a Jwe.
struct JweRecipient {
   std::string header; // a JSON object in canonical form
   Bytes encrypted_key;
   std::string alg;
   std::optional<std::string> kid;
};

// Checks a recipient that a protector made (recipient_header.h has the rules) and brings its header
// into canonical form. Throws Error(plugin_defect): no JSON object, no `alg`, an `alg` that a
// recipient never has (`none`, `dir`, RSA1_5, ECDH-ES without key wrap, PBES2-*), a member that
// belongs to the protected header, sizes.
JweRecipient make_recipient(std::string_view header, Bytes encrypted_key);

class Jwe {
 public:
   // Reads the JSON of a Jwe and checks all that can be checked without a key: strictness, canonical
   // form, algorithms, `ks_recipients`. Untrusted input. Throws Error(credential_refused).
   static Jwe parse(std::string_view json);

   // Encrypts `plaintext` with `cek` (kCekSize random bytes, never used before: one CEK, one Jwe).
   // `binding` is a JSON object; `recipients` are 1 to kMaxRecipients from make_recipient(). What it
   // returns is what parse() reads from to_json(). Throws Error(definition_invalid) when that would be
   // longer than kMaxJweText; Error(internal) for arguments that are not as said.
   static Jwe seal(const CredentialId &id, std::string_view binding,
                   std::vector<JweRecipient> recipients, BytesView plaintext, BytesView cek);

   // Checks `ks_commit` in constant time, then the tag, and decrypts. Throws Error(credential_refused),
   // with one message for all that can differ.
   SecretBytes open(SecretMemory memory, BytesView cek) const;

   std::string to_json() const;

   const CredentialId &id() const { return id_; }
   const std::string &binding() const { return binding_; } // canonical JSON
   const std::vector<JweRecipient> &recipients() const { return recipients_; }

   // The JOSE header for one recipient (RFC 7516 section 4): its own members and the protected ones,
   // but for ks_binding, ks_commit and ks_recipients, which are about the credential as a whole and may
   // be long. Canonical JSON of at most KEYSEAT_MAX_HEADER bytes. Requires recipient <
   // recipients().size().
   std::string merged_header(std::size_t recipient) const;

 private:
   Jwe() = default;

   std::string protected_; // as it is written and authenticated: base64url
   CredentialId id_{};
   std::string binding_;
   Bytes commitment_; // ks_commit
   std::vector<JweRecipient> recipients_;
   Bytes iv_;
   Bytes ciphertext_;
   Bytes tag_;
};

} // namespace keyseat

#endif
