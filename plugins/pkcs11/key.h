// SPDX-License-Identifier: Apache-2.0
//
// Key: a key on the token that can wrap and unwrap, with what its attributes say.

#ifndef PKCS11_KEY_H
#define PKCS11_KEY_H

#include "attributes.h"
#include "token.h"

#include <keyseat/sdk/jose/jwk.h>

#include <optional>
#include <string>
#include <vector>

namespace pkcs11 {

namespace jose = keyseat::sdk::jose;

// What a key may be used for (CKA_ENCRYPT, ...).
struct Usage {
   bool encrypt = false;
   bool decrypt = false;
   bool wrap = false;
   bool unwrap = false;
   bool derive = false;
};

// A secret key, or a pair of which one half may be out of sight: private objects take a login.
struct Key {
   jose::KeyType type = jose::KeyType::oct;
   Bytes id;          // CKA_ID
   std::string label; // CKA_LABEL
   CK_OBJECT_HANDLE public_object = CK_INVALID_HANDLE;
   CK_OBJECT_HANDLE own_object = CK_INVALID_HANDLE; // the private or secret key
   std::optional<jose::PublicJwk> jwk;              // of pairs
   Usage usage;                                     // of own_object
   bool public_half_wraps = false;                  // by the attributes of public_object
   bool always_authenticate = false;
   bool extractable = false;
   bool never_extractable = false;
   bool local = false;                                    // made on the token
   std::optional<std::vector<CK_MECHANISM_TYPE>> allowed; // CKA_ALLOWED_MECHANISMS; none: all

   bool is_pair() const { return type != jose::KeyType::oct; }
   bool is_rsa() const;
   bool allows(CK_MECHANISM_TYPE mechanism) const;
   CK_OBJECT_CLASS object_class() const; // of own_object
};

struct FoundKeys {
   std::vector<Key> keys;
   std::vector<std::string>
         unsuitable; // URIs of those that match and cannot be used, each with why
};

// The keys that the URI means, as far as this session sees them: AES of 256 bits, RSA of 2048 bits and
// more, EC on P-256 and P-384. Halves of a pair belong together by CKA_ID. Throws CryptokiError.
FoundKeys find_keys(const Objects &objects, const Token &token, const KeyUri &uri);

// The key behind two handles, one of which may be CK_INVALID_HANDLE. Throws CryptokiError; Failure
// (KEYSEAT_E_UNSUPPORTED, KEYSEAT_E_CONFIG) that says why it cannot be used.
Key read_key(const Objects &objects, CK_OBJECT_HANDLE public_object, CK_OBJECT_HANDLE own_object);

// The `kid` of a secret key. A CKA_ID of 16 bytes or more names the key wherever it is, so that a clone
// on another token opens the same credentials; a shorter one only together with the token's serial.
std::string secret_kid(const Token &token, BytesView id);

// Thumbprint of a pair, secret_kid() of a secret key.
std::string kid_of(const Token &token, const Key &key);

// "pkcs11:token=...;object=adf;type=private (RSA-2048)"
std::string describe_key(const Token &token, const Key &key);

} // namespace pkcs11

#endif
