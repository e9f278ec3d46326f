// SPDX-License-Identifier: Apache-2.0
//
// Policy: what the TPM asks for before it lets a key be used, and the digest by which it remembers that
// (TPM 2.0 Library Part 1 section 19.7). Fixed when the key is made.
//
//    nothing, or a PIN alone      no policy: the key's authorisation value is empty, or the PIN
//    pcrs                         PolicyPCR(values at creation)
//    pcrs and an approval key     PolicyAuthorize(approval key, ref): whichever values that key approves
//    either, with a PIN           and then PolicyAuthValue: the PIN proves itself and does not cross

#ifndef TPM2_POLICY_H
#define TPM2_POLICY_H

#include "pcrs.h"

#include <optional>

namespace tpm2 {

// The public half of the key that approves PCR values: ECDSA on P-256 with SHA-256.
struct ApprovalKey {
   Bytes x, y; // 32 bytes each

   // As the TPM takes it, and the name that it gives to that.
   TPM2B_PUBLIC tpm_public() const;
   TPM2B_NAME name() const;
};

struct Policy {
   bool has_pin = false;
   std::optional<PcrValues> pcrs;           // bound to these, unless there is an approval key
   std::optional<PcrSelection> selection;   // set whenever PCRs matter
   std::optional<ApprovalKey> approval_key; // then `pcrs` is not set
   Bytes ref; // policyRef: names this key to the approval key; 32 bytes

   // Whether a policy session is needed.
   bool has_session() const { return selection.has_value(); }

   // TPM2B_PUBLIC.authPolicy; empty where there is none.
   Bytes digest() const;
};

// The digest of PolicyPCR on these values alone: what an approval key signs.
Bytes pcr_policy_digest(const PcrValues &values);

} // namespace tpm2

#endif
