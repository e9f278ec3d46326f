// SPDX-License-Identifier: Apache-2.0
//
// RSA keys: RSA-OAEP-256 and RSA-OAEP (RFC 7518 section 4.3). Wrapping takes the public half only and is
// done in software; CKM_RSA_PKCS_OAEP unwraps.

#include "algorithm.h"

#include <keyseat/sdk/jose/primitives.h>

namespace pkcs11 {

namespace {

constexpr const char *name_of(OaepHash hash) {
   return hash == OaepHash::sha1 ? "RSA-OAEP" : "RSA-OAEP-256";
}

CK_RSA_PKCS_OAEP_PARAMS oaep_parameters(OaepHash hash) {
   CK_RSA_PKCS_OAEP_PARAMS parameters{};
   parameters.hashAlg = hash == OaepHash::sha1 ? CKM_SHA_1 : CKM_SHA256;
   parameters.mgf = hash == OaepHash::sha1 ? CKG_MGF1_SHA1 : CKG_MGF1_SHA256;
   parameters.source = CKZ_DATA_SPECIFIED;
   return parameters;
}

class Oaep : public Algorithm {
 public:
   explicit Oaep(OaepHash hash) : hash_(hash) {}

   std::string_view alg() const override { return name_of(hash_); }
   std::string mechanism() const override {
      return std::string("CKM_RSA_PKCS_OAEP with ") +
             (hash_ == OaepHash::sha1 ? "SHA-1" : "SHA-256");
   }

   WrappedKey wrap(const Operation &op, BytesView cek) const override {
      return jose::wrap_key(op.memory, op.key.jwk->with_alg(std::string(alg())), cek);
   }

   SecretBytes unwrap(const Operation &op, const jose::JoseHeader &,
                      BytesView encrypted_key) const override {
      CK_RSA_PKCS_OAEP_PARAMS parameters = oaep_parameters(hash_);
      CK_MECHANISM mechanism{CKM_RSA_PKCS_OAEP, &parameters, sizeof parameters};
      return unwrap_by(mechanism, op, encrypted_key);
   }

 protected:
   virtual SecretBytes unwrap_by(CK_MECHANISM &mechanism, const Operation &op,
                                 BytesView encrypted_key) const {
      check(op.f.C_DecryptInit(op.session, &mechanism, op.key.own_object), "C_DecryptInit");
      op.confirm_use();
      SecretBytes out(op.memory, encrypted_key.size());
      CK_ULONG size = out.size();
      check(op.f.C_Decrypt(op.session, input(encrypted_key), encrypted_key.size(), out.data(),
                           &size),
            "C_Decrypt");
      out.resize(checked_size(size, encrypted_key.size(), "C_Decrypt"));
      return out;
   }

 private:
   OaepHash hash_;
};

// By C_UnwrapKey, for keys that may unwrap and not decrypt: to a session object that is made to be read.
class OaepToObject final : public Oaep {
 public:
   using Oaep::Oaep;

   std::string mechanism() const override { return Oaep::mechanism() + " by C_UnwrapKey"; }

 protected:
   SecretBytes unwrap_by(CK_MECHANISM &mechanism, const Operation &op,
                         BytesView encrypted_key) const override {
      Template made;
      made.number(CKA_CLASS, CKO_SECRET_KEY)
            .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
            .truth(CKA_TOKEN, false)
            .truth(CKA_SENSITIVE, false)
            .truth(CKA_EXTRACTABLE, true);
      TemporaryObject object(op.f, op.session);
      check(op.f.C_UnwrapKey(op.session, &mechanism, op.key.own_object, input(encrypted_key),
                             encrypted_key.size(), made.data(), made.size(), object.out()),
            "C_UnwrapKey");
      return Objects(op.f, op.session)
            .secret_value(op.memory, object.handle(), encrypted_key.size());
   }
};

bool is_refused(CK_RV rv) { return rv != CKR_OK && meaning_of(rv) == Meaning::not_offered; }

} // namespace

Algorithms rsa_algorithms(const Key &key, const Mechanisms &mechanisms) {
   Algorithms algorithms;
   if (!key.allows(CKM_RSA_PKCS_OAEP)) return algorithms;
   for (const OaepHash hash : {OaepHash::sha256, OaepHash::sha1}) {
      if (key.usage.decrypt && mechanisms.offers(CKM_RSA_PKCS_OAEP, CKF_DECRYPT)) {
         algorithms.push_back(std::make_shared<Oaep>(hash));
      }
      if (key.usage.unwrap && mechanisms.offers(CKM_RSA_PKCS_OAEP, CKF_UNWRAP)) {
         algorithms.push_back(std::make_shared<OaepToObject>(hash));
      }
   }
   return algorithms;
}

std::optional<OaepHash> probe_oaep(const CK_FUNCTION_LIST &f, const Session &session,
                                   const Key &key, const Mechanisms &mechanisms) {
   if (key.public_object == CK_INVALID_HANDLE || !key.public_half_wraps) return std::nullopt;
   if (!mechanisms.offers(CKM_RSA_PKCS_OAEP, CKF_ENCRYPT)) return std::nullopt;
   const Bytes message(KEYSEAT_CEK_SIZE);
   for (const OaepHash hash : {OaepHash::sha256, OaepHash::sha1}) {
      CK_RSA_PKCS_OAEP_PARAMS parameters = oaep_parameters(hash);
      CK_MECHANISM mechanism{CKM_RSA_PKCS_OAEP, &parameters, sizeof parameters};
      const CK_RV rv = f.C_EncryptInit(session.handle(), &mechanism, key.public_object);
      if (is_refused(rv) && rv != CKR_KEY_FUNCTION_NOT_PERMITTED) continue;
      if (rv != CKR_OK) return std::nullopt; // says nothing about the hash
      Bytes out(key.jwk->numbers().n.size());
      CK_ULONG size = out.size();
      const CK_RV done =
            f.C_Encrypt(session.handle(), input(message), message.size(), out.data(), &size);
      if (is_refused(done)) continue;
      check(done, "C_Encrypt");
      return hash;
   }
   return std::nullopt;
}

} // namespace pkcs11
