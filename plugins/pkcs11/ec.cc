// SPDX-License-Identifier: Apache-2.0
//
// EC keys: ECDH-ES+A256KW (RFC 7518 section 4.6). The token does the agreement, CKM_ECDH1_DERIVE without
// a derivation function; Concat KDF and key wrap are done in software. Wrapping takes the public half
// only.

#include "algorithm.h"

#include "ec_point.h"

namespace pkcs11 {

namespace {

class Agreement final : public Algorithm {
 public:
   explicit Agreement(bool point_in_der) : point_in_der_(point_in_der) {}

   std::string_view alg() const override { return "ECDH-ES+A256KW"; }
   std::string mechanism() const override {
      return point_in_der_ ? "CKM_ECDH1_DERIVE, points in DER" : "CKM_ECDH1_DERIVE";
   }

   WrappedKey wrap(const Operation &op, BytesView cek) const override {
      return jose::wrap_key(op.memory, *op.key.jwk, cek);
   }

   // The header's `epk` has been checked to lie on the curve when it was read.
   SecretBytes unwrap(const Operation &op, const jose::JoseHeader &header,
                      BytesView encrypted_key) const override {
      const jose::PublicNumbers &numbers = header.epk->numbers();
      const SecretBytes shared = agree(op, {numbers.x, numbers.y});
      return jose::unwrap_with_shared_secret(op.memory, shared, header, encrypted_key);
   }

 private:
   SecretBytes agree(const Operation &op, const EcPoint &point) const {
      const std::size_t size = point.x.size();
      Template made;
      made.number(CKA_CLASS, CKO_SECRET_KEY)
            .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
            .truth(CKA_TOKEN, false)
            .truth(CKA_SENSITIVE, false)
            .truth(CKA_EXTRACTABLE, true)
            .number(CKA_VALUE_LEN, size);
      Bytes encoded = write_point(point, point_in_der_);
      CK_ECDH1_DERIVE_PARAMS parameters{};
      parameters.kdf = CKD_NULL;
      parameters.pPublicData = encoded.data();
      parameters.ulPublicDataLen = encoded.size();
      CK_MECHANISM mechanism{CKM_ECDH1_DERIVE, &parameters, sizeof parameters};
      TemporaryObject object(op.f, op.session);
      check(op.f.C_DeriveKey(op.session, &mechanism, op.key.own_object, made.data(), made.size(),
                             object.out()),
            "C_DeriveKey");
      const SecretBytes value =
            Objects(op.f, op.session).secret_value(op.memory, object.handle(), size);
      // The x coordinate as long as the field; some tokens drop its leading zeros.
      SecretBytes shared(op.memory, size - value.size());
      shared.append(value);
      return shared;
   }

   bool point_in_der_;
};

} // namespace

Algorithms ec_algorithms(const Key &key, const Mechanisms &mechanisms) {
   if (!key.usage.derive || !key.allows(CKM_ECDH1_DERIVE) ||
       !mechanisms.offers(CKM_ECDH1_DERIVE, CKF_DERIVE)) {
      return {};
   }
   // The standard takes the point as it is and lets a token take DER; some take DER alone.
   return {std::make_shared<Agreement>(false), std::make_shared<Agreement>(true)};
}

} // namespace pkcs11
