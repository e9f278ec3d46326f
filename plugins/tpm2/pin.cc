// SPDX-License-Identifier: Apache-2.0

#include "pin.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/key_sealing.h>

#include <algorithm>

namespace tpm2 {

using keyseat::sdk::Failure;
using keyseat::sdk::Question;

namespace {

Question pin_question(const std::string &key_path, std::uint32_t kind) {
   Question question;
   question.kind = kind;
   question.secret = "pin-source";
   question.title = "PIN of " + keyseat::sdk::jose::file_name(key_path);
   question.max_length = kMostPinSize;
   return question;
}

SecretBytes ask_person(Deadline &deadline, const Question &question) {
   const auto before = Deadline::Clock::now();
   SecretBytes answer = deadline.call().ask(question);
   deadline.extend(Deadline::Clock::now() - before);
   return answer;
}

bool can_be_pin(const SecretBytes &answer) {
   return answer.size() >= 1 && answer.size() <= kMostPinSize;
}

} // namespace

SecretBytes ask_new_pin(Deadline &deadline, const std::string &key_path) {
   Question question = pin_question(key_path, KEYSEAT_PROMPT_NEW);
   question.min_length = kLeastPinSize;
   SecretBytes pin = ask_person(deadline, question);
   if (pin.size() < kLeastPinSize || pin.size() > kMostPinSize) {
      throw Failure(KEYSEAT_E_AUTH_FAILED, "a PIN takes " + std::to_string(kLeastPinSize) + " to " +
                                                 std::to_string(kMostPinSize) + " bytes");
   }
   return pin;
}

PinQuestion::PinQuestion(const std::string &key_path)
      : file_(keyseat::sdk::jose::file_name(key_path)),
        question_(pin_question(key_path, KEYSEAT_PROMPT_EXISTING)) {}

SecretBytes PinQuestion::ask(Deadline &deadline) {
   while (true) {
      deadline.check();
      SecretBytes pin = ask_person(deadline, question_);
      if (can_be_pin(pin)) return pin;
      if (question_.attempt++ == kMostTries)
         throw Failure(KEYSEAT_E_AUTH_FAILED, "wrong PIN for " + file_);
      question_.error = "a PIN has 1 to " + std::to_string(kMostPinSize) + " bytes";
   }
}

void PinQuestion::was_wrong(std::uint32_t tries_left) {
   const auto left = static_cast<std::int32_t>(std::min<std::uint32_t>(tries_left, INT32_MAX));
   if (question_.attempt++ == kMostTries || left == 0) {
      throw Failure(KEYSEAT_E_AUTH_FAILED, "wrong PIN for " + file_)
            .with_hint("the TPM locks itself when no try is left")
            .with_tries_left(left);
   }
   question_.error = "wrong PIN";
   question_.tries_left = left;
}

} // namespace tpm2
