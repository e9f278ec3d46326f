// SPDX-License-Identifier: Apache-2.0

#include "bench/bare_tpm.h"

#include <tss2/tss2_tctildr.h>

#include <cstring>
#include <stdexcept>

namespace keyseat::bench {

namespace {

void check(TSS2_RC code) {
   if (code != TSS2_RC_SUCCESS) throw std::runtime_error("ESYS fails");
}

void make_ecc(TPMT_PUBLIC &area) {
   area.type = TPM2_ALG_ECC;
   area.parameters.eccDetail.symmetric.algorithm = TPM2_ALG_NULL;
   area.parameters.eccDetail.scheme.scheme = TPM2_ALG_NULL;
   area.parameters.eccDetail.curveID = TPM2_ECC_NIST_P256;
   area.parameters.eccDetail.kdf.scheme = TPM2_ALG_NULL;
}

constexpr TPMA_OBJECT kCommon =
      TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA;

TPM2B_PUBLIC root_template() {
   TPM2B_PUBLIC key{};
   key.publicArea.nameAlg = TPM2_ALG_SHA256;
   key.publicArea.objectAttributes =
         kCommon | TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT;
   make_ecc(key.publicArea);
   key.publicArea.parameters.eccDetail.symmetric.algorithm = TPM2_ALG_AES;
   key.publicArea.parameters.eccDetail.symmetric.keyBits.aes = 128;
   key.publicArea.parameters.eccDetail.symmetric.mode.aes = TPM2_ALG_CFB;
   return key;
}

TPM2B_PUBLIC key_template(TpmUse use) {
   TPM2B_PUBLIC key{};
   key.publicArea.nameAlg = TPM2_ALG_SHA256;
   key.publicArea.objectAttributes = kCommon;
   if (use == TpmUse::agree) {
      key.publicArea.objectAttributes |= TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_DECRYPT;
      make_ecc(key.publicArea);
   } else {
      key.publicArea.type = TPM2_ALG_KEYEDHASH;
      key.publicArea.parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL;
   }
   return key;
}

} // namespace

// With the storage root and a session.
struct BareTpm::Connection {
   TSS2_TCTI_CONTEXT *tcti = nullptr;
   ESYS_CONTEXT *esys = nullptr;
   ESYS_TR root = ESYS_TR_NONE;
   ESYS_TR session = ESYS_TR_NONE;

   explicit Connection(const std::string &name) {
      check(Tss2_TctiLdr_Initialize(name.c_str(), &tcti));
      check(Esys_Initialize(&esys, tcti, nullptr));
      const TPM2B_PUBLIC wanted = root_template();
      const TPM2B_SENSITIVE_CREATE sensitive{};
      const TPM2B_DATA outside{};
      const TPML_PCR_SELECTION no_pcrs{};
      check(Esys_CreatePrimary(esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                               &sensitive, &wanted, &outside, &no_pcrs, &root, nullptr, nullptr,
                               nullptr, nullptr));
   }
   ~Connection() {
      Esys_Finalize(&esys);
      Tss2_TctiLdr_Finalize(&tcti);
   }
   Connection(const Connection &) = delete;
   Connection &operator=(const Connection &) = delete;

   void start_session() {
      TPMT_SYM_DEF symmetric{};
      symmetric.algorithm = TPM2_ALG_AES;
      symmetric.keyBits.aes = 128;
      symmetric.mode.aes = TPM2_ALG_CFB;
      check(Esys_StartAuthSession(esys, root, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                  ESYS_TR_NONE, nullptr, TPM2_SE_HMAC, &symmetric, TPM2_ALG_SHA256,
                                  &session));
      check(Esys_TRSess_SetAttributes(
            esys, session,
            TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT, 0xff));
   }
   void flush() const {
      check(Esys_FlushContext(esys, session));
      check(Esys_FlushContext(esys, root));
   }
};

BareTpm::BareTpm(std::string tcti, TpmUse use) : tcti_(std::move(tcti)), use_(use) {
   Connection connection(tcti_);
   connection.start_session();
   create(connection);
   connection.flush();
}

void BareTpm::create(Connection &connection) {
   TPM2B_SENSITIVE_CREATE sensitive{};
   if (use_ == TpmUse::unseal) sensitive.sensitive.data.size = 32; // zeros will do
   const TPM2B_PUBLIC wanted = key_template(use_);
   const TPM2B_DATA outside{};
   const TPML_PCR_SELECTION no_pcrs{};
   TPM2B_PRIVATE *private_area = nullptr;
   TPM2B_PUBLIC *public_area = nullptr;
   check(Esys_Create(connection.esys, connection.root, connection.session, ESYS_TR_NONE,
                     ESYS_TR_NONE, &sensitive, &wanted, &outside, &no_pcrs, &private_area,
                     &public_area, nullptr, nullptr, nullptr));
   private_area_ = *private_area;
   public_area_ = *public_area;
   Esys_Free(private_area);
   Esys_Free(public_area);
}

void BareTpm::use() const {
   Connection connection(tcti_);
   ESYS_CONTEXT *esys = connection.esys;
   ESYS_TR key = ESYS_TR_NONE;
   check(Esys_Load(esys, connection.root, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                   &private_area_, &public_area_, &key));
   connection.start_session();
   if (use_ == TpmUse::unseal) {
      TPM2B_SENSITIVE_DATA *data = nullptr;
      check(Esys_Unseal(esys, key, connection.session, ESYS_TR_NONE, ESYS_TR_NONE, &data));
      Esys_Free(data);
   } else {
      TPM2B_ECC_POINT theirs{};
      theirs.point = public_area_.publicArea.unique.ecc; // a point like any other
      TPM2B_ECC_POINT *shared = nullptr;
      check(Esys_ECDH_ZGen(esys, key, connection.session, ESYS_TR_NONE, ESYS_TR_NONE, &theirs,
                           &shared));
      Esys_Free(shared);
   }
   check(Esys_FlushContext(esys, key));
   connection.flush();
}

} // namespace keyseat::bench
