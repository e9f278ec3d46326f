// SPDX-License-Identifier: Apache-2.0
//
// Making a key in the TPM. Nothing stays in the TPM, and nothing is written: what comes of it is the
// content of a key file, tried before anything is given up for it.

#ifndef TPM2_KEY_MAKING_H
#define TPM2_KEY_MAKING_H

#include "approval_signer.h"
#include "loaded_key.h"
#include "pin.h"

#include <memory>
#include <optional>

namespace tpm2 {

// What is asked of people before the TPM is spoken to.
struct KeyWishes {
   std::optional<SecretBytes> pin;
   std::unique_ptr<const ApprovalSigner> signer; // null: no approval key

   BytesView pin_bytes() const { return pin ? pin->view() : BytesView(); }
};
KeyWishes ask_wishes(Deadline &deadline, const TpmSettings &settings, bool with_pin);

// Makes a key of `type` in the TPM (mode resident), or seals `secret` there. Throws Failure.
TpmKeyFile make_resident_key(Tpm &tpm, const TpmSettings &settings, const KeyWishes &wishes,
                             jose::KeyType type);
TpmKeyFile seal_secret(Tpm &tpm, const TpmSettings &settings, const KeyWishes &wishes,
                       jose::KeyType type, BytesView secret);

// Reads the PCRs of `file` by a session that proves that it is the TPM who answers, and approves them.
Approval approve_pcrs(Tpm &tpm, const StorageRoot &root, const Policy &policy,
                      const ApprovalSigner &signer);

} // namespace tpm2

#endif
