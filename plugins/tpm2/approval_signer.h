// SPDX-License-Identifier: Apache-2.0
//
// ApprovalSigner: the private half of an approval key, an EC P-256 key in PEM, as OpenSSL writes it. It
// is needed when a key is made and when PCRs are approved, and at no other time: it belongs on the
// administrator's own medium.

#ifndef TPM2_APPROVAL_SIGNER_H
#define TPM2_APPROVAL_SIGNER_H

#include "approvals.h"
#include "policy.h"

#include <memory>
#include <string>

namespace tpm2 {

class ApprovalSigner {
 public:
   // Reads the file, which nobody else may read. Asks for its passphrase where it has one. Throws
   // Failure: E_KEY_MISSING, E_DENIED, E_CONFIG, E_AUTH_FAILED; PromptFailure.
   ApprovalSigner(const keyseat::sdk::Call &call, const std::string &path);
   ~ApprovalSigner();
   ApprovalSigner(const ApprovalSigner &) = delete;
   ApprovalSigner &operator=(const ApprovalSigner &) = delete;

   ApprovalKey public_key() const;

   // Approves `values` for the key that `ref` names.
   Approval approve(const PcrValues &values, BytesView ref) const;

 private:
   struct Key;
   std::unique_ptr<Key> key_;
};

} // namespace tpm2

#endif
