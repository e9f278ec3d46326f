// SPDX-License-Identifier: Apache-2.0
//
// Making and destroying keys on the token.

#ifndef PKCS11_KEY_MAKER_H
#define PKCS11_KEY_MAKER_H

#include "key.h"

#include <optional>
#include <string>

namespace pkcs11 {

// The handles of a key that has been made.
struct MadeKey {
   CK_OBJECT_HANDLE public_object = CK_INVALID_HANDLE;
   CK_OBJECT_HANDLE own_object = CK_INVALID_HANDLE;
};

// Makes a key on the token: CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, not CKA_EXTRACTABLE, and allowed what
// its algorithm needs and no more: `alg`, or the best where it is empty. Takes a session that may write. Throws CryptokiError; Failure
// (KEYSEAT_E_UNSUPPORTED) where the token has no mechanism to make or to use such a key.
MadeKey make_key(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session, jose::KeyType type,
                 BytesView id, const std::string &label, const std::string &alg,
                 const Mechanisms &mechanisms);

// The type that is made where none is asked for: P-256, else RSA-3072, else AES.
jose::KeyType default_type(const Mechanisms &mechanisms);

// Destroys the private or secret half first: what is left, should it fail then, harms nobody. Throws
// CryptokiError.
void destroy_objects(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session,
                     CK_OBJECT_HANDLE own_object, CK_OBJECT_HANDLE public_object);

} // namespace pkcs11

#endif
