// SPDX-License-Identifier: Apache-2.0
//
// AccountSealing: mode `key`. A private JWK in a file that DPAPI opens for an account or a machine.
//
// The file is a JWE (keyseat/sdk/jose/sealed_jwk.h) whose CEK is wrapped as in direct mode
// (wrapped_cek.h):
//
//    header          {"alg":"keyseat.dpapi","kid":"user:...","cty":"jwk+json","enc":"A256GCM","ks_v":1}
//    encrypted key   blob and commitment
//    plaintext       the private JWK

#ifndef DPAPI_ACCOUNT_SEALING_H
#define DPAPI_ACCOUNT_SEALING_H

#include "guard.h"

#include <keyseat/sdk/jose/key_sealing.h>

#include <memory>

namespace dpapi {

class AccountSealing final : public keyseat::sdk::jose::KeySealing {
 public:
   explicit AccountSealing(std::unique_ptr<const Guard> guard) : guard_(std::move(guard)) {}

   keyseat::sdk::jose::SealingFacts read(std::string_view content) const override;
   keyseat::sdk::jose::PrivateJwk unseal(const Call &call, const std::string &path,
                                         std::string_view content) const override;
   SecretBytes seal(const Call &call, const std::string &path,
                    const keyseat::sdk::jose::PrivateJwk &key, bool encrypted) const override;

 private:
   std::unique_ptr<const Guard> guard_;
};

} // namespace dpapi

#endif
