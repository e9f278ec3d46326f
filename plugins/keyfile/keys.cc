// SPDX-License-Identifier: Apache-2.0
//
// KeyfileProtector: creating, listing and destroying its key.

#include "protector.h"

#include <keyseat/sdk/jose/encrypted_jwk.h>

#include <algorithm>

namespace keyfile {

using keyseat::sdk::as_bytes;
using keyseat::sdk::KeyInfo;
using keyseat::sdk::KeyRequest;
using keyseat::sdk::Question;

namespace {

// NIST SP 800-63B section 5.1.1.2.
constexpr std::uint32_t kLeastPassphraseSize = 8;

jose::KeyType wanted_type(const KeyRequest &request) {
   const auto type = jose::key_type_from_name(request.key_type.value_or("P-256"));
   if (!type) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "a key file holds no such type of key")
            .with_hint("types are P-256, P-384, X25519, RSA-2048, RSA-3072 and oct");
   }
   return *type;
}

SecretBytes ask_new_passphrase(const Call &call, const std::string &file_name) {
   Question question;
   question.kind = KEYSEAT_PROMPT_NEW;
   question.secret = "passphrase-source";
   question.title = "passphrase of " + file_name;
   question.min_length = kLeastPassphraseSize;
   SecretBytes passphrase = call.ask(question);
   if (passphrase.size() < kLeastPassphraseSize) {
      throw Failure(KEYSEAT_E_AUTH_FAILED, "a passphrase takes at least " +
                                                 std::to_string(kLeastPassphraseSize) + " bytes");
   }
   return passphrase;
}

} // namespace

std::string KeyfileProtector::create_key(const Call &call, const KeyRequest &request) {
   const BytesView id = call.request_id();
   const bool is_repeated = std::equal(id.begin(), id.end(), created_by_.begin());
   if (is_repeated && !created_kid_.empty()) return created_kid_;

   const jose::KeyType type = wanted_type(request);
   KeyStore &store = key_.store();
   if (!request.replace && store.has_key()) return complete_creation(call);
   if (!request.replace && store.has_public()) {
      throw Failure(KEYSEAT_E_KEY_EXISTS, store.public_path() + " names a key whose other half, " +
                                                store.path() + ", is gone")
            .with_hint(
                  "bring the key file back from a backup, or replace the key: what was "
                  "encrypted to it is lost then");
   }

   std::optional<SecretBytes> passphrase;
   if (request.encrypted) passphrase = ask_new_passphrase(call, store.file_name());
   auto key = jose::PrivateJwk::generate(call.secret_memory(), type);
   call.check_cancelled();
   SecretBytes content = key.to_json();
   if (passphrase) {
      content = SecretBytes(call.secret_memory(), as_bytes(jose::encrypt_jwk(key, *passphrase)));
   }
   store.write(call.secret_memory(), key, content, request.replace);
   std::copy(id.begin(), id.end(), created_by_.begin());
   created_kid_ = key.kid();
   key_.adopt(std::move(key), request.encrypted, content);
   return created_kid_;
}

// A key exists. What may be missing is its PATH.pub, when a creation was cut off or the file got lost:
// that is made again. Otherwise throws E_KEY_EXISTS.
std::string KeyfileProtector::complete_creation(const Call &call) {
   KeyStore &store = key_.store();
   const SecretBytes text = store.read_key(call.secret_memory());
   if (store.has_public()) {
      throw Failure(KEYSEAT_E_KEY_EXISTS, "there is a key in " + store.path())
            .with_hint("replacing it makes unreadable what was encrypted to it; keep a copy");
   }
   const bool is_encrypted = jose::is_encrypted_jwk(text.reveal_text());
   auto key = is_encrypted ? unlock(call, store.file_name(), text.reveal_text())
                           : jose::PrivateJwk::parse(call.secret_memory(), text.reveal_text());
   store.complete(key);
   std::string kid = key.kid();
   key_.adopt(std::move(key), is_encrypted, text);
   return kid;
}

std::vector<KeyInfo> KeyfileProtector::list_keys(const Call &call) {
   if (!key_.store().has_key()) return {};
   const auto facts = key_.public_facts(call);
   KeyInfo info;
   info.state = KEYSEAT_KEY_CURRENT;
   info.capabilities = KEYSEAT_CAP_EXPORTABLE;
   if (facts->key.public_key) info.capabilities |= KEYSEAT_CAP_KEY_PAIR;
   info.created_at = key_.store().created_at();
   info.kid = facts->key.kid;
   info.label = key_.store().path();
   info.key_type = jose::key_type_name(facts->key.type);
   info.alg = facts->key.alg;
   return {info};
}

// Looks at the files and not at memory: what is destroyed is what is there.
void KeyfileProtector::destroy_key(const Call &call, std::string_view kid) {
   key_.forget();
   if (key_.public_facts(call)->key.kid != kid) {
      throw Failure(KEYSEAT_E_KEY_MISSING,
                    "the key in " + key_.store().path() + " has another kid");
   }
   key_.forget();
   created_kid_.clear();
   key_.store().remove();
}

} // namespace keyfile
