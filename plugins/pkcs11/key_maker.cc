// SPDX-License-Identifier: Apache-2.0

#include "key_maker.h"

#include "ec_point.h"

#include <array>
#include <initializer_list>

namespace pkcs11 {

using keyseat::sdk::as_bytes;

namespace {

constexpr CK_ULONG kAesBytes = 32;
constexpr std::array<std::uint8_t, 3> kExponent{0x01, 0x00, 0x01}; // 65537

bool can_make_ec(const Mechanisms &mechanisms) {
   return mechanisms.offers(CKM_EC_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR) &&
          mechanisms.offers(CKM_ECDH1_DERIVE, CKF_DERIVE);
}

bool can_make_rsa(const Mechanisms &mechanisms) {
   return mechanisms.offers(CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR) &&
          mechanisms.offers(CKM_RSA_PKCS_OAEP, CKF_DECRYPT);
}

Failure cannot_make(const char *mechanisms) {
   return Failure(KEYSEAT_E_UNSUPPORTED,
                  std::string("the token cannot make and use such a key: it lacks ") + mechanisms)
         .with_hint("try another --key-type; status --json shows the mechanisms");
}

// Uses that a token may allow by default are forbidden where it takes them in the template; some take
// for a type of key only the attributes that they know for it.
enum class Forbid : std::uint8_t { explicitly, by_omission };

void forbid(Template &key, Forbid how, std::initializer_list<CK_ATTRIBUTE_TYPE> uses) {
   if (how == Forbid::by_omission) return;
   for (const CK_ATTRIBUTE_TYPE use : uses)
      key.truth(use, false);
}

void make_secret(Template &key) {
   key.truth(CKA_TOKEN, true)
         .truth(CKA_PRIVATE, true)
         .truth(CKA_SENSITIVE, true)
         .truth(CKA_EXTRACTABLE, false);
}

MadeKey make_aes(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session, BytesView id,
                 const std::string &label, const std::string &alg, const Mechanisms &mechanisms,
                 Forbid how) {
   const CK_FLAGS both_ciphers = CKF_ENCRYPT | CKF_DECRYPT;
   const bool wraps_data = mechanisms.offers(CKM_AES_KEY_WRAP, both_ciphers);
   const bool wraps_objects = mechanisms.offers(CKM_AES_KEY_WRAP, CKF_WRAP | CKF_UNWRAP);
   const bool has_use = wraps_data || wraps_objects || mechanisms.offers(CKM_AES_GCM, both_ciphers);
   if (!has_use || !mechanisms.offers(CKM_AES_KEY_GEN, CKF_GENERATE)) {
      throw cannot_make("CKM_AES_KEY_GEN, or CKM_AES_KEY_WRAP and CKM_AES_GCM");
   }
   const bool as_object = wraps_objects && !wraps_data && alg != "A256GCMKW";
   Template key;
   key.number(CKA_CLASS, CKO_SECRET_KEY)
         .number(CKA_KEY_TYPE, CKK_AES)
         .number(CKA_VALUE_LEN, kAesBytes)
         .bytes(CKA_ID, id)
         .bytes(CKA_LABEL, as_bytes(label))
         .truth(CKA_ENCRYPT, !as_object)
         .truth(CKA_DECRYPT, !as_object)
         .truth(CKA_WRAP, as_object)
         .truth(CKA_UNWRAP, as_object);
   forbid(key, how, {CKA_SIGN, CKA_VERIFY, CKA_DERIVE});
   make_secret(key);
   CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
   MadeKey made;
   check(f.C_GenerateKey(session, &mechanism, key.data(), key.size(), &made.own_object),
         "C_GenerateKey");
   return made;
}

MadeKey make_pair(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session, CK_MECHANISM_TYPE type,
                  Template &public_key, Template &private_key) {
   public_key.truth(CKA_TOKEN, true).truth(CKA_PRIVATE, false);
   make_secret(private_key);
   CK_MECHANISM mechanism{type, nullptr, 0};
   MadeKey made;
   check(f.C_GenerateKeyPair(session, &mechanism, public_key.data(), public_key.size(),
                             private_key.data(), private_key.size(), &made.public_object,
                             &made.own_object),
         "C_GenerateKeyPair");
   return made;
}

MadeKey make_rsa(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session, CK_ULONG bits, BytesView id,
                 const std::string &label, Forbid how) {
   Template public_key;
   public_key.bytes(CKA_ID, id)
         .bytes(CKA_LABEL, as_bytes(label))
         .number(CKA_MODULUS_BITS, bits)
         .bytes(CKA_PUBLIC_EXPONENT, kExponent)
         .truth(CKA_ENCRYPT, true);
   forbid(public_key, how, {CKA_VERIFY, CKA_WRAP});
   Template private_key;
   private_key.bytes(CKA_ID, id).bytes(CKA_LABEL, as_bytes(label)).truth(CKA_DECRYPT, true);
   forbid(private_key, how, {CKA_SIGN, CKA_UNWRAP});
   return make_pair(f, session, CKM_RSA_PKCS_KEY_PAIR_GEN, public_key, private_key);
}

MadeKey make_ec(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session, jose::KeyType type,
                BytesView id, const std::string &label, Forbid how) {
   const Bytes parameters = parameters_of(type);
   Template public_key;
   public_key.bytes(CKA_ID, id)
         .bytes(CKA_LABEL, as_bytes(label))
         .bytes(CKA_EC_PARAMS, parameters)
         .truth(CKA_DERIVE, true);
   forbid(public_key, how, {CKA_VERIFY, CKA_ENCRYPT, CKA_WRAP});
   Template private_key;
   private_key.bytes(CKA_ID, id).bytes(CKA_LABEL, as_bytes(label)).truth(CKA_DERIVE, true);
   forbid(private_key, how, {CKA_SIGN, CKA_DECRYPT, CKA_UNWRAP});
   return make_pair(f, session, CKM_EC_KEY_PAIR_GEN, public_key, private_key);
}

MadeKey make_typed(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session, jose::KeyType type,
                   BytesView id, const std::string &label, const std::string &alg,
                   const Mechanisms &mechanisms, Forbid how) {
   switch (type) {
      case jose::KeyType::oct:
         return make_aes(f, session, id, label, alg, mechanisms, how);
      case jose::KeyType::p256:
      case jose::KeyType::p384:
         if (!can_make_ec(mechanisms)) {
            throw cannot_make("CKM_EC_KEY_PAIR_GEN or CKM_ECDH1_DERIVE");
         }
         return make_ec(f, session, type, id, label, how);
      case jose::KeyType::rsa2048:
      case jose::KeyType::rsa3072:
         if (!can_make_rsa(mechanisms)) {
            throw cannot_make("CKM_RSA_PKCS_KEY_PAIR_GEN or CKM_RSA_PKCS_OAEP");
         }
         return make_rsa(f, session, type == jose::KeyType::rsa2048 ? 2048 : 3072, id, label, how);
      default:
         throw Failure(KEYSEAT_E_UNSUPPORTED, "no such type of key is made on a token")
               .with_hint("types are oct, P-256, P-384, RSA-2048 and RSA-3072");
   }
}

} // namespace

jose::KeyType default_type(const Mechanisms &mechanisms) {
   if (can_make_ec(mechanisms)) return jose::KeyType::p256;
   return can_make_rsa(mechanisms) ? jose::KeyType::rsa3072 : jose::KeyType::oct;
}

MadeKey make_key(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session, jose::KeyType type,
                 BytesView id, const std::string &label, const std::string &alg,
                 const Mechanisms &mechanisms) {
   try {
      return make_typed(f, session, type, id, label, alg, mechanisms, Forbid::explicitly);
   } catch (const CryptokiError &error) {
      if (meaning_of(error.rv()) != Meaning::not_offered) throw;
      return make_typed(f, session, type, id, label, alg, mechanisms, Forbid::by_omission);
   }
}

void destroy_objects(const CK_FUNCTION_LIST &f, CK_SESSION_HANDLE session,
                     CK_OBJECT_HANDLE own_object, CK_OBJECT_HANDLE public_object) {
   for (const CK_OBJECT_HANDLE object : {own_object, public_object}) {
      if (object == CK_INVALID_HANDLE) continue;
      const CK_RV rv = f.C_DestroyObject(session, object);
      if (rv != CKR_OBJECT_HANDLE_INVALID) check(rv, "C_DestroyObject");
   }
}

} // namespace pkcs11
