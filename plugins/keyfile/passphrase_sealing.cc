// SPDX-License-Identifier: Apache-2.0

#include "passphrase_sealing.h"

#include <keyseat/plugin/instance.h>
#include <keyseat/sdk/jose/encrypted_jwk.h>

namespace keyfile {

using keyseat::sdk::as_bytes;
using keyseat::sdk::Failure;
using keyseat::sdk::Question;

namespace {

// NIST SP 800-63B section 5.1.1.2.
constexpr std::uint32_t kLeastPassphraseSize = 8;

Question question_for(const std::string &path, std::uint32_t kind) {
   Question question;
   question.kind = kind;
   question.secret = "passphrase-source";
   question.title = "passphrase of " + jose::file_name(path);
   return question;
}

SecretBytes ask_new_passphrase(const Call &call, const std::string &path) {
   Question question = question_for(path, KEYSEAT_PROMPT_NEW);
   question.min_length = kLeastPassphraseSize;
   SecretBytes passphrase = call.ask(question);
   if (passphrase.size() < kLeastPassphraseSize) {
      throw Failure(KEYSEAT_E_AUTH_FAILED, "a passphrase takes at least " +
                                                 std::to_string(kLeastPassphraseSize) + " bytes");
   }
   return passphrase;
}

} // namespace

jose::SealingFacts PassphraseSealing::read(std::string_view content) const {
   jose::SealingFacts facts;
   facts.is_sealed = jose::is_encrypted_jwk(content);
   if (facts.is_sealed) jose::check_encrypted_jwk(content);
   facts.capabilities = KEYSEAT_CAP_EXPORTABLE;
   if (facts.is_sealed) facts.capabilities |= KEYSEAT_CAP_NEEDS_PERSON;
   if (facts.is_sealed) facts.description = "under a passphrase";
   facts.details.add("encrypted", facts.is_sealed);
   return facts;
}

jose::PrivateJwk PassphraseSealing::unseal(const Call &call, const std::string &path,
                                           std::string_view content) const {
   Question question = question_for(path, KEYSEAT_PROMPT_EXISTING);
   for (question.attempt = 1; question.attempt <= kMostTries; ++question.attempt) {
      call.check_cancelled();
      const SecretBytes passphrase = call.ask(question);
      auto key = jose::decrypt_jwk(call.secret_memory(), content, passphrase);
      if (key) return std::move(*key);
      question.error = "wrong passphrase";
   }
   throw Failure(KEYSEAT_E_AUTH_FAILED, "wrong passphrase for " + jose::file_name(path) +
                                              ", or the file has been altered");
}

SecretBytes PassphraseSealing::seal(const Call &call, const std::string &path,
                                    const jose::PrivateJwk &key, bool encrypted) const {
   if (!encrypted) return key.to_json();
   const SecretBytes passphrase = ask_new_passphrase(call, path);
   return {call.secret_memory(), as_bytes(jose::encrypt_jwk(key, passphrase))};
}

} // namespace keyfile
