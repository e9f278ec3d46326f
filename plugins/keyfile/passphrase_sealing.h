// SPDX-License-Identifier: Apache-2.0
//
// PassphraseSealing: a key file in clear, or under a passphrase (RFC 7517 section 7).

#ifndef KEYFILE_PASSPHRASE_SEALING_H
#define KEYFILE_PASSPHRASE_SEALING_H

#include <keyseat/sdk/jose/key_sealing.h>

namespace keyfile {

namespace jose = keyseat::sdk::jose;
using keyseat::sdk::Call;
using keyseat::sdk::SecretBytes;

// A wrong passphrase is asked for again, up to kMostTries times a call; unseal() then throws
// Failure(E_AUTH_FAILED).
class PassphraseSealing final : public jose::KeySealing {
 public:
   static constexpr std::uint32_t kMostTries = 3;

   jose::SealingFacts read(std::string_view content) const override;
   jose::PrivateJwk unseal(const Call &call, const std::string &path,
                           std::string_view content) const override;
   SecretBytes seal(const Call &call, const std::string &path, const jose::PrivateJwk &key,
                    bool encrypted) const override;
};

} // namespace keyfile

#endif
