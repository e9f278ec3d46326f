// SPDX-License-Identifier: Apache-2.0
//
// Token: a token in its slot, what it says of itself, and how one is found.

#ifndef PKCS11_TOKEN_H
#define PKCS11_TOKEN_H

#include "module.h"
#include "uri.h"

#include <string>
#include <vector>

namespace pkcs11 {

struct Token {
   CK_SLOT_ID slot;
   CK_SLOT_INFO slot_info;
   CK_TOKEN_INFO info;

   std::string label() const;
   std::string serial() const;
   std::string name() const; // for messages: token “prod”
   bool has(CK_FLAGS flags) const { return (info.flags & flags) == flags; }
};

// Text of the token as people can read it: what is neither UTF-8 nor printable becomes a question mark.
std::string readable(std::string text);

// A field of a fixed size, padded with blanks.
template <std::size_t Size>
std::string field_text(const CK_UTF8CHAR (&field)[Size]) {
   std::size_t size = Size;
   while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == 0))
      --size;
   return readable({reinterpret_cast<const char *>(field), size});
}

// The one token that the URI means. Throws Failure: KEYSEAT_E_UNAVAILABLE when there is none, with
// those that are there; KEYSEAT_E_CONFIG when there are several, with the candidates. Throws
// CryptokiError.
Token find_token(const Module &module, const KeyUri &uri);

// What the token says of itself now: flags change. Throws CryptokiError.
CK_TOKEN_INFO read_token_info(const Module &module, CK_SLOT_ID slot);

// The mechanisms of a token.
class Mechanisms {
 public:
   // Throws CryptokiError.
   Mechanisms(const Module &module, CK_SLOT_ID slot);

   // Whether it offers `type` with all of `flags` (CKF_ENCRYPT, CKF_WRAP, CKF_DERIVE, ...).
   bool offers(CK_MECHANISM_TYPE type, CK_FLAGS flags) const;

   // The names of those that matter here, "CKM_AES_KEY_WRAP, CKM_AES_GCM".
   std::string names() const;

 private:
   struct Row {
      CK_MECHANISM_TYPE type;
      CK_FLAGS flags;
   };
   std::vector<Row> rows_;
};

} // namespace pkcs11

#endif
