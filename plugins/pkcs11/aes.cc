// SPDX-License-Identifier: Apache-2.0
//
// AES keys: A256KW (RFC 7518 section 4.4) by CKM_AES_KEY_WRAP, A256GCMKW (section 4.7) by CKM_AES_GCM.

#include "algorithm.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

#include <array>

namespace pkcs11 {

namespace {

constexpr std::size_t kWrappedCekSize = KEYSEAT_CEK_SIZE + 8; // RFC 3394
constexpr std::size_t kRoom = 256;                            // for sloppy modules

Failure not_as_specified(const char *mechanism, std::size_t size) {
   return {KEYSEAT_E_UNSUPPORTED,
           std::string(mechanism) + " yields " + std::to_string(size) + " bytes for a CEK"};
}

std::string member(std::string_view name, std::string_view value) {
   return jose::json_quote(name) + ":" + jose::json_quote(value);
}

Bytes encrypt(const Operation &op, CK_MECHANISM &mechanism, BytesView plaintext) {
   check(op.f.C_EncryptInit(op.session, &mechanism, op.key.own_object), "C_EncryptInit");
   op.confirm_use();
   Bytes out(kRoom);
   CK_ULONG size = out.size();
   check(op.f.C_Encrypt(op.session, input(plaintext), plaintext.size(), out.data(), &size),
         "C_Encrypt");
   out.resize(checked_size(size, kRoom, "C_Encrypt"));
   return out;
}

SecretBytes decrypt(const Operation &op, CK_MECHANISM &mechanism, BytesView ciphertext) {
   check(op.f.C_DecryptInit(op.session, &mechanism, op.key.own_object), "C_DecryptInit");
   op.confirm_use();
   SecretBytes out(op.memory, kRoom);
   CK_ULONG size = out.size();
   check(op.f.C_Decrypt(op.session, input(ciphertext), ciphertext.size(), out.data(), &size),
         "C_Decrypt");
   out.resize(checked_size(size, kRoom, "C_Decrypt"));
   return out;
}

// A256KW by C_Encrypt and C_Decrypt: the CEK is data.
class KeyWrap : public Algorithm {
 public:
   std::string_view alg() const override { return "A256KW"; }
   std::string mechanism() const override { return "CKM_AES_KEY_WRAP by C_Encrypt"; }

   WrappedKey wrap(const Operation &op, BytesView cek) const override {
      Bytes wrapped = wrap_bytes(op, cek);
      if (wrapped.size() != kWrappedCekSize) {
         throw not_as_specified("CKM_AES_KEY_WRAP", wrapped.size());
      }
      return {"{" + member("alg", alg()) + "," + member("kid", op.kid) + "}", std::move(wrapped)};
   }

   SecretBytes unwrap(const Operation &op, const jose::JoseHeader &,
                      BytesView encrypted_key) const override {
      CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
      return decrypt(op, mechanism, encrypted_key);
   }

 protected:
   virtual Bytes wrap_bytes(const Operation &op, BytesView cek) const {
      CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
      return encrypt(op, mechanism, cek);
   }
};

// A256KW by C_WrapKey and C_UnwrapKey, which some tokens alone offer: the CEK is a session object that
// is made to be read.
class KeyWrapOfObject final : public KeyWrap {
 public:
   explicit KeyWrapOfObject(CK_KEY_TYPE type) : type_(type) {}

   std::string mechanism() const override { return "CKM_AES_KEY_WRAP by C_WrapKey"; }

   SecretBytes unwrap(const Operation &op, const jose::JoseHeader &,
                      BytesView encrypted_key) const override {
      Template made;
      describe(made);
      CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
      TemporaryObject object(op.f, op.session);
      check(op.f.C_UnwrapKey(op.session, &mechanism, op.key.own_object, input(encrypted_key),
                             encrypted_key.size(), made.data(), made.size(), object.out()),
            "C_UnwrapKey");
      return Objects(op.f, op.session).secret_value(op.memory, object.handle(), kRoom);
   }

 protected:
   Bytes wrap_bytes(const Operation &op, BytesView cek) const override {
      Template made;
      describe(made);
      made.bytes(CKA_VALUE, cek);
      TemporaryObject object(op.f, op.session);
      check(op.f.C_CreateObject(op.session, made.data(), made.size(), object.out()),
            "C_CreateObject");
      CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
      Bytes out(kRoom);
      CK_ULONG size = out.size();
      check(op.f.C_WrapKey(op.session, &mechanism, op.key.own_object, object.handle(), out.data(),
                           &size),
            "C_WrapKey");
      out.resize(checked_size(size, kRoom, "C_WrapKey"));
      return out;
   }

 private:
   void describe(Template &object) const {
      object.number(CKA_CLASS, CKO_SECRET_KEY)
            .number(CKA_KEY_TYPE, type_)
            .truth(CKA_TOKEN, false)
            .truth(CKA_SENSITIVE, false)
            .truth(CKA_EXTRACTABLE, true);
   }

   CK_KEY_TYPE type_;
};

// A256GCMKW: a random IV of 96 bits for each CEK; Cryptoki puts the tag behind the ciphertext.
class GcmKeyWrap final : public Algorithm {
 public:
   std::string_view alg() const override { return "A256GCMKW"; }
   std::string mechanism() const override { return "CKM_AES_GCM"; }

   WrappedKey wrap(const Operation &op, BytesView cek) const override {
      std::array<std::uint8_t, jose::kGcmIvSize> iv{};
      jose::random_bytes(iv.data(), iv.size());
      CK_GCM_PARAMS parameters = parameters_of(iv);
      CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof parameters};
      const Bytes sealed = encrypt(op, mechanism, cek);
      if (sealed.size() != KEYSEAT_CEK_SIZE + jose::kGcmTagSize) {
         throw not_as_specified("CKM_AES_GCM", sealed.size());
      }
      const BytesView whole = sealed;
      const BytesView ciphertext = whole.sub(0, KEYSEAT_CEK_SIZE);
      const std::string header =
            "{" + member("alg", alg()) + "," + member("iv", jose::base64url_encode(iv)) + "," +
            member("kid", op.kid) + "," +
            member("tag", jose::base64url_encode(whole.sub(KEYSEAT_CEK_SIZE))) + "}";
      return {header, Bytes(ciphertext.begin(), ciphertext.end())};
   }

   SecretBytes unwrap(const Operation &op, const jose::JoseHeader &header,
                      BytesView encrypted_key) const override {
      std::array<std::uint8_t, jose::kGcmIvSize> iv{};
      std::copy(header.iv.begin(), header.iv.end(), iv.begin());
      CK_GCM_PARAMS parameters = parameters_of(iv);
      CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof parameters};
      Bytes sealed(encrypted_key.begin(), encrypted_key.end());
      sealed.insert(sealed.end(), header.tag.begin(), header.tag.end());
      return decrypt(op, mechanism, sealed);
   }

 private:
   static CK_GCM_PARAMS parameters_of(std::array<std::uint8_t, jose::kGcmIvSize> &iv) {
      CK_GCM_PARAMS parameters{};
      parameters.pIv = iv.data();
      parameters.ulIvLen = iv.size();
      parameters.ulIvBits = 8 * iv.size();
      parameters.ulTagBits = 8 * jose::kGcmTagSize;
      return parameters;
   }
};

} // namespace

Algorithms aes_algorithms(const Key &key, const Mechanisms &mechanisms) {
   Algorithms algorithms;
   const bool encrypts = key.usage.encrypt && key.usage.decrypt;
   const bool wraps = key.usage.wrap && key.usage.unwrap;
   if (key.allows(CKM_AES_KEY_WRAP)) {
      if (encrypts && mechanisms.offers(CKM_AES_KEY_WRAP, CKF_ENCRYPT | CKF_DECRYPT)) {
         algorithms.push_back(std::make_shared<KeyWrap>());
      }
      if (wraps && mechanisms.offers(CKM_AES_KEY_WRAP, CKF_WRAP | CKF_UNWRAP)) {
         algorithms.push_back(std::make_shared<KeyWrapOfObject>(CKK_GENERIC_SECRET));
         algorithms.push_back(std::make_shared<KeyWrapOfObject>(CKK_AES));
      }
   }
   if (encrypts && key.allows(CKM_AES_GCM) &&
       mechanisms.offers(CKM_AES_GCM, CKF_ENCRYPT | CKF_DECRYPT)) {
      algorithms.push_back(std::make_shared<GcmKeyWrap>());
   }
   return algorithms;
}

} // namespace pkcs11
