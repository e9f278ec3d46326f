// SPDX-License-Identifier: Apache-2.0
//
// Sessions: salted to the storage root, with AES-128-CFB over the first parameter in both directions,
// so that whoever listens on the bus sees no secret, and answers cannot be forged (TPM 2.0 Library
// Part 1 sections 19.6 and 21).

#ifndef TPM2_SESSION_H
#define TPM2_SESSION_H

#include "approvals.h"
#include "policy.h"
#include "storage_root.h"

namespace tpm2 {

// A session that authorises by an object's authorisation value.
Handle start_hmac_session(Tpm &tpm, const StorageRoot &root);

// A session in which `policy` is fulfilled. Throws Failure(E_DENIED) naming the PCRs that are not as
// they shall be.
Handle start_policy_session(Tpm &tpm, const StorageRoot &root, const Policy &policy,
                            const Approvals &approvals);

// The one that fits `policy`.
Handle start_session(Tpm &tpm, const StorageRoot &root, const Policy &policy,
                     const Approvals &approvals);

// Whether the PCRs are as `policy` asks, told without a session. Throws Failure(E_DENIED) as
// start_policy_session() does.
void check_pcrs(Tpm &tpm, const Policy &policy, const Approvals &approvals);

} // namespace tpm2

#endif
