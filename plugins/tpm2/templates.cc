// SPDX-License-Identifier: Apache-2.0

#include "templates.h"

#include "marshal.h"

#include <algorithm>

namespace tpm2 {

namespace {

constexpr TPMI_RSA_KEY_BITS bits_of(jose::KeyType type) {
   return type == jose::KeyType::rsa2048 ? 2048 : 3072;
}

// Who proves the PIN, or nothing, may use it; with PCRs only who fulfils the policy. Wrong answers count
// only where there is a right one.
TPMA_OBJECT authorisation_of(const Policy &policy) {
   TPMA_OBJECT attributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT;
   if (!policy.has_session()) attributes |= TPMA_OBJECT_USERWITHAUTH;
   if (!policy.has_pin) attributes |= TPMA_OBJECT_NODA;
   return attributes;
}

TPM2B_PUBLIC template_for(TPMI_ALG_PUBLIC type, const Policy &policy) {
   TPM2B_PUBLIC key{};
   key.publicArea.type = type;
   key.publicArea.nameAlg = TPM2_ALG_SHA256;
   key.publicArea.objectAttributes = authorisation_of(policy);
   const Bytes digest = policy.digest();
   key.publicArea.authPolicy.size = static_cast<UINT16>(digest.size());
   std::copy(digest.begin(), digest.end(), key.publicArea.authPolicy.buffer);
   return key;
}

void make_ecc(TPMT_PUBLIC &area, TPMI_ECC_CURVE curve) {
   area.parameters.eccDetail.symmetric.algorithm = TPM2_ALG_NULL;
   area.parameters.eccDetail.scheme.scheme = TPM2_ALG_NULL;
   area.parameters.eccDetail.curveID = curve;
   area.parameters.eccDetail.kdf.scheme = TPM2_ALG_NULL;
}

// The key does RSA-OAEP-256 and nothing else: no other padding can be used against it.
void make_rsa(TPMT_PUBLIC &area, TPMI_RSA_KEY_BITS bits) {
   area.parameters.rsaDetail.symmetric.algorithm = TPM2_ALG_NULL;
   area.parameters.rsaDetail.scheme.scheme = TPM2_ALG_OAEP;
   area.parameters.rsaDetail.scheme.details.oaep.hashAlg = TPM2_ALG_SHA256;
   area.parameters.rsaDetail.keyBits = bits;
   area.parameters.rsaDetail.exponent = 0; // 65537
}

Bytes padded(const TPM2B_ECC_PARAMETER &number, std::size_t size) {
   Bytes bytes(number.buffer, number.buffer + number.size);
   if (bytes.size() < size) bytes.insert(bytes.begin(), size - bytes.size(), 0);
   return bytes;
}

} // namespace

TPM2B_PUBLIC storage_root_template() {
   TPM2B_PUBLIC key{};
   TPMT_PUBLIC &area = key.publicArea;
   area.type = TPM2_ALG_ECC;
   area.nameAlg = TPM2_ALG_SHA256;
   area.objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                           TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH |
                           TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT;
   make_ecc(area, TPM2_ECC_NIST_P256);
   area.parameters.eccDetail.symmetric.algorithm = TPM2_ALG_AES;
   area.parameters.eccDetail.symmetric.keyBits.aes = 128;
   area.parameters.eccDetail.symmetric.mode.aes = TPM2_ALG_CFB;
   return key;
}

TPM2B_PUBLIC sealed_template(const Policy &policy) {
   TPM2B_PUBLIC key = template_for(TPM2_ALG_KEYEDHASH, policy);
   key.publicArea.parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL;
   return key;
}

TPM2B_PUBLIC resident_template(jose::KeyType type, const Policy &policy) {
   const bool is_rsa = type == jose::KeyType::rsa2048 || type == jose::KeyType::rsa3072;
   if (!is_rsa && type != jose::KeyType::p256 && type != jose::KeyType::p384) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "no key of this type lives in a TPM")
            .with_hint("types are P-256, P-384, RSA-2048 and RSA-3072; mode 'sealed' has others");
   }
   TPM2B_PUBLIC key = template_for(is_rsa ? TPM2_ALG_RSA : TPM2_ALG_ECC, policy);
   key.publicArea.objectAttributes |= TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_DECRYPT;
   if (is_rsa) {
      make_rsa(key.publicArea, bits_of(type));
   } else {
      make_ecc(key.publicArea,
               type == jose::KeyType::p256 ? TPM2_ECC_NIST_P256 : TPM2_ECC_NIST_P384);
   }
   return key;
}

bool agrees_with_template(const TPM2B_PUBLIC &made, const TPM2B_PUBLIC &wanted) {
   TPM2B_PUBLIC other = made;
   other.publicArea.unique = wanted.publicArea.unique;
   return made.publicArea.type == wanted.publicArea.type && marshal(other) == marshal(wanted);
}

jose::PublicJwk public_jwk_of(const TPM2B_PUBLIC &made, jose::KeyType type) {
   const TPMT_PUBLIC &area = made.publicArea;
   jose::PublicNumbers numbers;
   if (area.type == TPM2_ALG_RSA) {
      const TPM2B_PUBLIC_KEY_RSA &modulus = area.unique.rsa;
      numbers.n.assign(modulus.buffer, modulus.buffer + modulus.size);
      numbers.e = {1, 0, 1};
   } else {
      const std::size_t size = type == jose::KeyType::p256 ? 32 : 48;
      numbers.x = padded(area.unique.ecc.x, size);
      numbers.y = padded(area.unique.ecc.y, size);
   }
   return jose::PublicJwk::from_numbers(type, std::move(numbers));
}

} // namespace tpm2
