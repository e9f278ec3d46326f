// SPDX-License-Identifier: Apache-2.0

#include "policy.h"

#include "marshal.h"

#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>

namespace tpm2 {

namespace jose = keyseat::sdk::jose;

namespace {

constexpr std::size_t kPolicyDigestSize = TPM2_SHA256_DIGEST_SIZE;

Bytes extend(BytesView digest, TPM2_CC code, BytesView arguments) {
   const Bytes marshalled = marshal(code);
   const jose::Digest result = jose::sha256({digest, marshalled, arguments});
   return {result.begin(), result.end()};
}

// TPM 2.0 Library Part 3 section 23.16: begins anew, and the reference is mixed in separately.
Bytes authorized(const TPM2B_NAME &signer, BytesView ref) {
   const Bytes digest = extend(Bytes(kPolicyDigestSize), TPM2_CC_PolicyAuthorize,
                               BytesView(signer.name, signer.size));
   const jose::Digest result = jose::sha256({digest, ref});
   return {result.begin(), result.end()};
}

} // namespace

TPM2B_PUBLIC ApprovalKey::tpm_public() const {
   TPM2B_PUBLIC key{};
   TPMT_PUBLIC &area = key.publicArea;
   area.type = TPM2_ALG_ECC;
   area.nameAlg = TPM2_ALG_SHA256;
   area.objectAttributes = TPMA_OBJECT_SIGN_ENCRYPT | TPMA_OBJECT_USERWITHAUTH;
   area.parameters.eccDetail.symmetric.algorithm = TPM2_ALG_NULL;
   area.parameters.eccDetail.scheme.scheme = TPM2_ALG_ECDSA;
   area.parameters.eccDetail.scheme.details.ecdsa.hashAlg = TPM2_ALG_SHA256;
   area.parameters.eccDetail.curveID = TPM2_ECC_NIST_P256;
   area.parameters.eccDetail.kdf.scheme = TPM2_ALG_NULL;
   area.unique.ecc.x.size = static_cast<UINT16>(x.size());
   std::copy(x.begin(), x.end(), area.unique.ecc.x.buffer);
   area.unique.ecc.y.size = static_cast<UINT16>(y.size());
   std::copy(y.begin(), y.end(), area.unique.ecc.y.buffer);
   return key;
}

TPM2B_NAME ApprovalKey::name() const { return name_of(tpm_public()); }

Bytes pcr_policy_digest(const PcrValues &values) {
   Bytes arguments = marshal(values.selection.tpml());
   const Bytes digest = values.digest();
   arguments.insert(arguments.end(), digest.begin(), digest.end());
   return extend(Bytes(kPolicyDigestSize), TPM2_CC_PolicyPCR, arguments);
}

Bytes Policy::digest() const {
   if (!has_session()) return {};
   Bytes digest = approval_key ? authorized(approval_key->name(), ref) : pcr_policy_digest(*pcrs);
   return has_pin ? extend(digest, TPM2_CC_PolicyAuthValue, {}) : digest;
}

} // namespace tpm2
