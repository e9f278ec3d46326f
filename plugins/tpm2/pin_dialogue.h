// SPDX-License-Identifier: Apache-2.0
//
// PinDialogue: one use of a key, with the questions for its PIN, where it has one.

#ifndef TPM2_PIN_DIALOGUE_H
#define TPM2_PIN_DIALOGUE_H

#include "chip_facts.h"
#include "loaded_key.h"
#include "pin.h"
#include "tpm_tries.h"

#include <optional>

namespace tpm2 {

// All arguments are borrowed.
class PinDialogue {
 public:
   PinDialogue(Deadline &deadline, const TpmSettings &settings, const TpmKeyFile &file)
         : deadline_(deadline), settings_(settings), file_(file) {}

   // Runs `use(LoadedKey &, BytesView pin)` until the PIN is right. No one is asked when it is clear
   // beforehand that it would be in vain. Nothing is connected while a person thinks. Throws what
   // TpmSealing::unseal() does.
   template <class Use>
   SecretBytes run(Use use) {
      if (!file_.policy.has_pin) return attempt(use, {});
      with_tpm(settings_, deadline_, [&](Tpm &tpm) { check_usable(tpm, settings_, file_); });
      PinQuestion question(settings_.key_path);
      while (true) {
         SecretBytes pin = question.ask(deadline_);
         try {
            SecretBytes result = attempt(use, pin);
            right_pin_ = std::move(pin);
            return result;
         } catch (const TpmFailure &failure) {
            if (base_code(failure.code()) != TPM2_RC_AUTH_FAIL) throw;
         }
         const ChipFacts facts = with_tpm(settings_, deadline_, read_chip_facts);
         require_unlocked(facts);
         question.was_wrong(facts.tries_left);
      }
   }

   // The PIN that was right; none where there is none.
   std::optional<SecretBytes> take_right_pin() { return std::move(right_pin_); }

 private:
   template <class Use>
   SecretBytes attempt(Use &use, BytesView pin) {
      return with_tpm(settings_, deadline_, [&](Tpm &tpm) {
         LoadedKey key(tpm, settings_, file_);
         SecretBytes result = use(key, pin);
         tpm.leave_to_line();
         return result;
      });
   }

   Deadline &deadline_;
   const TpmSettings &settings_;
   const TpmKeyFile &file_;
   std::optional<SecretBytes> right_pin_;
};

} // namespace tpm2

#endif
