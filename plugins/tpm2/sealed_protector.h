// SPDX-License-Identifier: Apache-2.0
//
// SealedProtector: a protector of mode `sealed`. The key file is the SDK's business; what the TPM adds
// to its status, and approving PCRs, are this plugin's.

#ifndef TPM2_SEALED_PROTECTOR_H
#define TPM2_SEALED_PROTECTOR_H

#include "tpm_settings.h"

#include <keyseat/sdk/jose/key_file_protector.h>

namespace tpm2 {

class SealedProtector final : public keyseat::sdk::jose::KeyFileProtector,
                              public keyseat::sdk::Approver {
 public:
   explicit SealedProtector(TpmSettings settings);

   keyseat::sdk::Status status(const keyseat::sdk::Call &call) override;
   void destroy_key(const keyseat::sdk::Call &call, std::string_view kid) override;
   std::string approve(const keyseat::sdk::Call &call) override;

 private:
   TpmSettings settings_;
};

} // namespace tpm2

#endif
