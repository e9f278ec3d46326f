// SPDX-License-Identifier: Apache-2.0

#include "session.h"

#include "marshal.h"

#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>

namespace tpm2 {

namespace {

TPM2B_DIGEST digest_of(BytesView bytes) {
   TPM2B_DIGEST digest{};
   digest.size = static_cast<UINT16>(bytes.size());
   std::copy(bytes.begin(), bytes.end(), digest.buffer);
   return digest;
}

Handle start(Tpm &tpm, const StorageRoot &root, TPM2_SE type) {
   TPMT_SYM_DEF symmetric{};
   symmetric.algorithm = TPM2_ALG_AES;
   symmetric.keyBits.aes = 128;
   symmetric.mode.aes = TPM2_ALG_CFB;
   ESYS_TR tr = ESYS_TR_NONE;
   tpm.run("TPM2_StartAuthSession", [&] {
      return Esys_StartAuthSession(tpm.esys(), root.handle.tr(), ESYS_TR_NONE, ESYS_TR_NONE,
                                   ESYS_TR_NONE, ESYS_TR_NONE, nullptr, type, &symmetric,
                                   TPM2_ALG_SHA256, &tr);
   });
   Handle session(tpm, tr);
   constexpr TPMA_SESSION kAttributes =
         TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_DECRYPT | TPMA_SESSION_ENCRYPT;
   const TSS2_RC code = Esys_TRSess_SetAttributes(tpm.esys(), tr, kAttributes, 0xff);
   if (code != TSS2_RC_SUCCESS) throw command_failed("Esys_TRSess_SetAttributes", code);
   return session;
}

void policy_pcr(Tpm &tpm, ESYS_TR session, const PcrValues &values) {
   const TPM2B_DIGEST digest = digest_of(values.digest());
   const TPML_PCR_SELECTION selection = values.selection.tpml();
   tpm.run("TPM2_PolicyPCR", [&] {
      return Esys_PolicyPCR(tpm.esys(), session, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &digest,
                            &selection);
   });
}

[[noreturn]] void fail_for(const PcrValues &expected, const PcrValues &now, bool can_approve,
                           TSS2_RC code) {
   std::string changed = changed_pcrs(expected, now);
   if (changed.empty()) changed = "a PCR of " + expected.selection.text();
   Failure failure(KEYSEAT_E_DENIED, changed + " of " + expected.selection.text() +
                                           " is not as it was when the key was bound to it");
   std::string hint = "firmware, boot loader or their settings have changed; ";
   hint += can_approve ? "where that was meant, have the new state approved: "
                         "keyseat protector approve NAME"
                       : "where that was meant, open the credentials with their recovery "
                         "recipient and make a new key; an approval key spares that";
   throw TpmFailure(std::move(failure).with_hint(hint).with_native("tss2", code), code);
}

// The values are given along, so that the TPM refuses others at once.
void fulfil_fixed(Tpm &tpm, ESYS_TR session, const PcrValues &values) {
   try {
      policy_pcr(tpm, session, values);
   } catch (const TpmFailure &failure) {
      if (base_code(failure.code()) != TPM2_RC_VALUE) throw;
      fail_for(values, read_pcrs(tpm, values.selection), false, failure.code());
   }
}

// The ticket that TPM2_PolicyAuthorize takes.
EsysPtr<TPMT_TK_VERIFIED> verify(Tpm &tpm, ESYS_TR key, const TPM2B_DIGEST &digest,
                                 const TPMT_SIGNATURE &signature) {
   TPMT_TK_VERIFIED *ticket = nullptr;
   try {
      tpm.run("TPM2_VerifySignature", [&] {
         return Esys_VerifySignature(tpm.esys(), key, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                     &digest, &signature, &ticket);
      });
   } catch (const TpmFailure &failure) {
      if (base_code(failure.code()) != TPM2_RC_SIGNATURE) throw;
      throw Failure(KEYSEAT_E_DENIED,
                    "the approval key has not signed the approval of this state (" +
                          code_name(failure.code()) + ")")
            .with_hint(
                  "somebody altered the approvals: remove the file KEY.approvals, and approve "
                  "anew: keyseat protector approve NAME")
            .with_native("tss2", failure.code());
   }
   return EsysPtr<TPMT_TK_VERIFIED>(ticket);
}

void policy_authorize(Tpm &tpm, ESYS_TR session, const Policy &policy, const Approval &approval) {
   const TPM2B_PUBLIC key = policy.approval_key->tpm_public();
   ESYS_TR tr = ESYS_TR_NONE;
   tpm.run("TPM2_LoadExternal", [&] {
      return Esys_LoadExternal(tpm.esys(), ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, nullptr, &key,
                               ESYS_TR_RH_OWNER, &tr);
   });
   const Handle loaded(tpm, tr);
   const Bytes approved = pcr_policy_digest(approval.pcrs);
   const auto to_be_signed = keyseat::sdk::jose::sha256({approved, policy.ref});
   const TPM2B_DIGEST digest = digest_of(to_be_signed);
   const TPMT_SIGNATURE signature = approval.tpm_signature();
   const EsysPtr<TPMT_TK_VERIFIED> ticket = verify(tpm, loaded.tr(), digest, signature);
   const TPM2B_DIGEST approved_digest = digest_of(approved);
   const TPM2B_NONCE ref = digest_of(policy.ref);
   const TPM2B_NAME signer = policy.approval_key->name();
   tpm.run("TPM2_PolicyAuthorize", [&] {
      return Esys_PolicyAuthorize(tpm.esys(), session, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                  &approved_digest, &ref, &signer, ticket.get());
   });
}

// The approval of the values that are there now; otherwise the failure names what differs from the
// newest one.
const Approval &approval_of(const Approvals &approvals, const PcrValues &now) {
   if (const Approval *approval = approvals.find(now)) return *approval;
   if (const Approval *newest = approvals.newest()) fail_for(newest->pcrs, now, true, 0);
   throw Failure(KEYSEAT_E_DENIED, "nobody has approved the state of this machine yet")
         .with_hint("have it approved: keyseat protector approve NAME");
}

void fulfil_approved(Tpm &tpm, ESYS_TR session, const Policy &policy, const Approvals &approvals) {
   const Approval &approval = approval_of(approvals, read_pcrs(tpm, *policy.selection));
   policy_pcr(tpm, session, approval.pcrs);
   policy_authorize(tpm, session, policy, approval);
}

} // namespace

Handle start_hmac_session(Tpm &tpm, const StorageRoot &root) {
   return start(tpm, root, TPM2_SE_HMAC);
}

Handle start_policy_session(Tpm &tpm, const StorageRoot &root, const Policy &policy,
                            const Approvals &approvals) {
   Handle session = start(tpm, root, TPM2_SE_POLICY);
   if (policy.approval_key) {
      fulfil_approved(tpm, session.tr(), policy, approvals);
   } else {
      fulfil_fixed(tpm, session.tr(), *policy.pcrs);
   }
   if (policy.has_pin) {
      tpm.run("TPM2_PolicyAuthValue", [&] {
         return Esys_PolicyAuthValue(tpm.esys(), session.tr(), ESYS_TR_NONE, ESYS_TR_NONE,
                                     ESYS_TR_NONE);
      });
   }
   return session;
}

Handle start_session(Tpm &tpm, const StorageRoot &root, const Policy &policy,
                     const Approvals &approvals) {
   return policy.has_session() ? start_policy_session(tpm, root, policy, approvals)
                               : start_hmac_session(tpm, root);
}

void check_pcrs(Tpm &tpm, const Policy &policy, const Approvals &approvals) {
   const PcrValues now = read_pcrs(tpm, *policy.selection);
   if (policy.approval_key) {
      approval_of(approvals, now);
   } else if (now.values != policy.pcrs->values) {
      fail_for(*policy.pcrs, now, false, 0);
   }
}

} // namespace tpm2
