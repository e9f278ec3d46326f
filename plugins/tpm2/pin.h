// SPDX-License-Identifier: Apache-2.0
//
// PINs: asking for them. A PIN is an authorisation value of a TPM: 1 to 32 bytes, of which this plugin
// asks for 6 at least, since the TPM limits how often one can guess.

#ifndef TPM2_PIN_H
#define TPM2_PIN_H

#include "deadline.h"

#include <keyseat/sdk/secret.h>

#include <string>

namespace tpm2 {

using keyseat::sdk::SecretBytes;

inline constexpr std::uint32_t kLeastPinSize = 6;
inline constexpr std::uint32_t kMostPinSize = 32; // the digest of the name algorithm

// Asks for the PIN of a new key. Throws PromptFailure; Failure(E_AUTH_FAILED) for one of another size.
SecretBytes ask_new_pin(Deadline &deadline, const std::string &key_path);

// One call's questions for the PIN of a key that exists.
class PinQuestion {
 public:
   static constexpr std::uint32_t kMostTries = 3; // a call

   explicit PinQuestion(const std::string &key_path);

   // Asks. What cannot be a PIN is asked for again, without troubling the TPM. Throws PromptFailure;
   // Failure(E_AUTH_FAILED) after kMostTries.
   SecretBytes ask(Deadline &deadline);

   // The last answer was wrong, and the TPM takes `tries_left` more. Throws Failure(E_AUTH_FAILED) when
   // it is not to be asked again.
   void was_wrong(std::uint32_t tries_left);

 private:
   std::string file_;
   keyseat::sdk::Question question_;
};

} // namespace tpm2

#endif
