// SPDX-License-Identifier: Apache-2.0
//
// KeyFileProtector: creating, listing and destroying its key.

#include <keyseat/sdk/jose/key_file_protector.h>

#include <algorithm>

namespace keyseat::sdk::jose {

namespace {

KeyType wanted_type(const KeyRequest &request) {
   const auto type = key_type_from_name(request.key_type.value_or("P-256"));
   if (!type) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "a key file holds no such type of key")
            .with_hint("types are P-256, P-384, X25519, RSA-2048, RSA-3072 and oct");
   }
   return *type;
}

} // namespace

std::string KeyFileProtector::create_key(const Call &call, const KeyRequest &request) {
   const BytesView id = call.request_id();
   const bool is_repeated = std::equal(id.begin(), id.end(), created_by_.begin());
   if (is_repeated && !created_kid_.empty()) return created_kid_;

   const KeyType type = wanted_type(request);
   KeyStore &store = key_.store();
   if (!request.replace && store.has_key()) return complete_creation(call);
   if (!request.replace && store.has_public()) {
      throw Failure(KEYSEAT_E_KEY_EXISTS, store.public_path() + " names a key whose other half, " +
                                                store.path() + ", is gone")
            .with_hint(
                  "bring the key file back from a backup, or replace the key: what was "
                  "encrypted to it is lost then");
   }

   auto key = PrivateJwk::generate(call.secret_memory(), type);
   const SecretBytes content = key_.sealing().seal(call, store.path(), key, request.encrypted);
   call.check_cancelled();
   store.write(call.secret_memory(), key, content, request.replace);
   std::copy(id.begin(), id.end(), created_by_.begin());
   created_kid_ = key.kid();
   key_.adopt(std::move(key), content);
   return created_kid_;
}

// A key exists. What may be missing is its PATH.pub, when a creation was cut off or the file got lost:
// that is made again. Otherwise throws E_KEY_EXISTS.
std::string KeyFileProtector::complete_creation(const Call &call) {
   KeyStore &store = key_.store();
   const SecretBytes content = store.read_key(call.secret_memory());
   if (store.has_public()) {
      throw Failure(KEYSEAT_E_KEY_EXISTS, "there is a key in " + store.path())
            .with_hint("replacing it makes unreadable what was encrypted to it; keep a copy");
   }
   const bool is_sealed = key_.sealing().read(content.reveal_text()).is_sealed;
   auto key = is_sealed ? key_.sealing().unseal(call, store.path(), content.reveal_text())
                        : PrivateJwk::parse(call.secret_memory(), content.reveal_text());
   store.complete(key);
   std::string kid = key.kid();
   key_.adopt(std::move(key), content);
   return kid;
}

std::vector<KeyInfo> KeyFileProtector::list_keys(const Call &call) {
   if (!key_.store().has_key()) return {};
   const auto facts = key_.public_facts(call);
   KeyInfo info;
   info.state = KEYSEAT_KEY_CURRENT;
   info.capabilities = facts->sealing.capabilities;
   if (facts->key.public_key) info.capabilities |= KEYSEAT_CAP_KEY_PAIR;
   info.created_at = key_.store().created_at();
   info.kid = facts->key.kid;
   info.label = key_.store().path();
   info.key_type = key_type_name(facts->key.type);
   info.alg = facts->key.alg;
   return {info};
}

// Looks at the files and not at memory: what is destroyed is what is there.
void KeyFileProtector::destroy_key(const Call &call, std::string_view kid) {
   key_.forget();
   if (key_.public_facts(call)->key.kid != kid) {
      throw Failure(KEYSEAT_E_KEY_MISSING,
                    "the key in " + key_.store().path() + " has another kid");
   }
   key_.forget();
   created_kid_.clear();
   key_.store().remove();
}

} // namespace keyseat::sdk::jose
