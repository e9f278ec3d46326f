// SPDX-License-Identifier: Apache-2.0
//
// ForeignJwe: a JWE that another JOSE library made, for `keyseat import`.

#ifndef KEYSEAT_JOSE_FOREIGN_JWE_H
#define KEYSEAT_JOSE_FOREIGN_JWE_H

#include <keyseat/error.h>
#include <keyseat/secret.h>

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// A JWE in compact, flattened or general serialization with `enc` A256GCM. It carries no commitment
// and no binding: what it opens to is to be shown to a person and sealed anew. Members that RFC 7516
// lets a reader ignore are ignored; `crit` and `zip` are refused; `aad` is honoured. White space around
// it is allowed; inside, base64url is strict.
class ForeignJwe {
 public:
   struct Recipient {
      std::string
            header; // the JOSE header: protected, unprotected and own members merged; canonical
      Bytes encrypted_key;
   };

   // Untrusted input, at most kMaxJweText bytes and kMaxRecipients recipients. Throws
   // Error(credential_refused); also for a Jwe of Keyseat's own profile, and when no recipient has an
   // `alg` that Keyseat takes.
   static ForeignJwe parse(std::string_view text);

   // Those with an `alg` that Keyseat takes, in the order of the file; at least one.
   const std::vector<Recipient> &recipients() const { return recipients_; }

   // Decrypts. Throws Error(credential_refused) when the tag differs or the CEK has not kCekSize bytes.
   SecretBytes open(SecretMemory memory, BytesView cek) const;

 private:
   ForeignJwe() = default;

   std::vector<Recipient> recipients_;
   Bytes additional_data_;
   Bytes iv_;
   Bytes ciphertext_;
   Bytes tag_;
};

} // namespace keyseat

#endif
