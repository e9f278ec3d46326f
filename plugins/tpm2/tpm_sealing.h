// SPDX-License-Identifier: Apache-2.0
//
// TpmSealing: mode `sealed`. A private JWK that a TPM unseals once, and software works with.

#ifndef TPM2_TPM_SEALING_H
#define TPM2_TPM_SEALING_H

#include "tpm_key_file.h"
#include "tpm_settings.h"

#include <keyseat/sdk/jose/key_sealing.h>

namespace tpm2 {

class TpmSealing final : public jose::KeySealing {
 public:
   explicit TpmSealing(TpmSettings settings) : settings_(std::move(settings)) {}

   jose::SealingFacts read(std::string_view content) const override;

   // Wrong PINs are asked for again, up to PinQuestion::kMostTries a call and as long as the TPM takes
   // another try. Throws Failure: E_KEY_LOST on another TPM, E_DENIED naming the PCRs that changed,
   // E_AUTH_FAILED, E_AUTH_LOCKED, and what the way to the TPM can throw.
   jose::PrivateJwk unseal(const keyseat::sdk::Call &call, const std::string &path,
                           std::string_view content) const override;

   // `encrypted`: with a PIN. What it returns has been unsealed again.
   keyseat::sdk::SecretBytes seal(const keyseat::sdk::Call &call, const std::string &path,
                                  const jose::PrivateJwk &key, bool encrypted) const override;

 private:
   TpmSettings settings_;
};

} // namespace tpm2

#endif
