// SPDX-License-Identifier: Apache-2.0

#include "tpm_sealing.h"

#include "key_facts.h"
#include "key_making.h"
#include "loaded_key.h"
#include "pin_dialogue.h"
#include "tpm_tries.h"

#include <keyseat/sdk/jose/sealed_jwk.h>

namespace tpm2 {

using keyseat::sdk::as_bytes;
using keyseat::sdk::Call;

namespace {

// The sealed secret itself is the CEK: RFC 7518 section 4.5.
constexpr std::string_view kDirectHeader = R"({"alg":"dir"})";

TpmKeyFile parse_sealed(std::string_view content) {
   TpmKeyFile file = TpmKeyFile::parse(content);
   if (file.key.is_sealed) return file;
   throw Failure(KEYSEAT_E_CONFIG, "the key file holds a key of mode 'resident'")
         .with_option("mode");
}

jose::PrivateJwk open_jwk(const Call &call, const TpmKeyFile &file, BytesView secret) {
   const jose::SealedJwk sealed = jose::read_sealed_jwk(file.sealed_jwk);
   auto key = jose::open_sealed_jwk(call.secret_memory(), sealed, secret);
   if (key && key->type() == file.type) return std::move(*key);
   throw Failure(KEYSEAT_E_CONFIG,
                 "the key file was altered: what the TPM unseals does not open it")
         .with_option("key")
         .with_hint("bring it back from a backup");
}

} // namespace

jose::SealingFacts TpmSealing::read(std::string_view content) const {
   const TpmKeyFile file = parse_sealed(content);
   jose::SealingFacts facts;
   facts.capabilities = KEYSEAT_CAP_MACHINE_BOUND;
   if (file.policy.has_pin) facts.capabilities |= KEYSEAT_CAP_NEEDS_PERSON;
   facts.description = "sealed by the TPM" + policy_in_words(file.policy);
   facts.details = file_details(file);
   return facts;
}

jose::PrivateJwk TpmSealing::unseal(const Call &call, const std::string &path,
                                    std::string_view content) const {
   TpmKeyFile file = parse_sealed(content);
   if (file.policy.approval_key) file.approvals.add(read_approvals(call, path, file.policy.ref));
   Deadline deadline(call);
   PinDialogue dialogue(deadline, settings_, file);
   const SecretBytes secret = dialogue.run(
         [&](LoadedKey &key, BytesView pin) { return key.unseal(call.secret_memory(), pin); });
   return open_jwk(call, file, secret);
}

SecretBytes TpmSealing::seal(const Call &call, const std::string &, const jose::PrivateJwk &key,
                             bool encrypted) const {
   Deadline deadline(call);
   const KeyWishes wishes = ask_wishes(deadline, settings_, encrypted);
   std::optional<TpmKeyFile> file;
   const std::string jwk = jose::seal_jwk(key, [&](BytesView secret) {
      file = with_tpm(settings_, deadline, [&](Tpm &tpm) {
         return seal_secret(tpm, settings_, wishes, key.type(), secret);
      });
      return keyseat::sdk::WrappedKey{std::string(kDirectHeader), {}};
   });
   file->sealed_jwk = jwk;
   const std::string text = file->text();

   const TpmKeyFile written = TpmKeyFile::parse(text);
   const SecretBytes unsealed = with_tpm(settings_, deadline, [&](Tpm &tpm) {
      return LoadedKey(tpm, settings_, written).unseal(call.secret_memory(), wishes.pin_bytes());
   });
   if (open_jwk(call, written, unsealed).kid() != key.kid())
      throw Failure(KEYSEAT_E_UNAVAILABLE, "the TPM does not unseal what it has just sealed");
   return {call.secret_memory(), as_bytes(text)};
}

} // namespace tpm2
