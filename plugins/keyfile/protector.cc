// SPDX-License-Identifier: Apache-2.0

#include "protector.h"

#include "details.h"

#include <keyseat/sdk/jose/key_management.h>

namespace keyfile {

using keyseat::sdk::Status;
using keyseat::sdk::WrappedKey;

namespace {

std::uint32_t capabilities_of(const PublicFacts &facts) {
   std::uint32_t result = KEYSEAT_CAP_EXPORTABLE | KEYSEAT_CAP_PARALLEL;
   if (facts.key.public_key) result |= KEYSEAT_CAP_KEY_PAIR;
   if (facts.is_encrypted) result |= KEYSEAT_CAP_NEEDS_PERSON;
   return result;
}

std::string describe(LoadedKey &key, const Call &call, const PublicFacts &facts) {
   const KeyStore &store = key.store();
   if (key.changed_on_disk(call)) {
      return "the key file has been replaced since this protector was opened: reopen it";
   }
   std::string text = std::string(jose::key_type_name(facts.key.type)) + " key in " + store.path();
   if (facts.is_encrypted) text += ", under a passphrase";
   if (facts.public_file_differs) {
      text += "; " + store.public_path() +
              " is of another key: whoever encrypts to that encrypts in "
              "vain";
   }
   return text;
}

std::string details_of(const KeyStore &store, const PublicFacts &facts, bool is_unlocked) {
   Details details;
   details.add("path", store.path());
   details.add("key_type", jose::key_type_name(facts.key.type));
   details.add("alg", facts.key.alg);
   details.add("created_at", store.created_at());
   details.add("encrypted", facts.is_encrypted);
   details.add("unlocked", is_unlocked);
   details.add("public_file_differs", facts.public_file_differs);
   return details.json();
}

} // namespace

Status KeyfileProtector::status(const Call &call) {
   Status status;
   status.capabilities = KEYSEAT_CAP_EXPORTABLE | KEYSEAT_CAP_PARALLEL;
   try {
      const auto facts = key_.public_facts(call);
      status.health = KEYSEAT_HEALTH_OK;
      status.capabilities = capabilities_of(*facts);
      status.kid = facts->key.kid;
      status.details = details_of(key_.store(), *facts, key_.is_unlocked());
      status.message = describe(key_, call, *facts);
   } catch (const Failure &failure) {
      const bool missing = failure.status() == KEYSEAT_E_KEY_MISSING;
      status.health = missing ? KEYSEAT_HEALTH_KEY_MISSING : KEYSEAT_HEALTH_DOWN;
      status.kid.clear();
      status.message = failure.message();
      if (!failure.hint().empty()) status.message += ": " + failure.hint();
   }
   return status;
}

WrappedKey KeyfileProtector::wrap(const Call &call, BytesView cek) {
   const auto facts = key_.public_facts(call);
   if (facts->key.public_key) {
      return jose::wrap_key(call.secret_memory(), *facts->key.public_key, cek);
   }
   return jose::wrap_key(*key_.private_key(call), cek);
}

SecretBytes KeyfileProtector::unwrap(const Call &call, std::string_view header,
                                     BytesView encrypted_key) {
   const auto facts = key_.public_facts(call);
   // Before the passphrase is asked for (R-INT-1); unwrap_key() would look only afterwards.
   jose::require_mine(header, encrypted_key, facts->key.type, facts->key.alg, facts->key.kid);
   const auto key = key_.private_key(call);
   return jose::unwrap_key(call.secret_memory(), *key, header, encrypted_key);
}

std::string KeyfileProtector::export_public_key(const Call &call) {
   const auto facts = key_.public_facts(call);
   if (!facts->key.public_key) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "a symmetric key has no public half")
            .with_hint("create a key pair to let others encrypt to this protector");
   }
   return facts->key.public_key->to_json();
}

std::string inspect(std::string_view header, BytesView encrypted_key) {
   const auto jose_header = jose::read_jose_header(header);
   if (!jose_header) throw keyseat::sdk::not_mine();
   const std::string &alg = jose_header->alg;
   const bool agrees = alg == "ECDH-ES+A256KW";
   if (!agrees && alg != "A256KW" && alg != "RSA-OAEP-256" && alg != "RSA-OAEP") {
      throw keyseat::sdk::not_mine();
   }
   if (agrees != jose_header->epk.has_value()) throw keyseat::sdk::not_mine();
   Details details;
   details.add("needs", "the key file whose key has this kid");
   details.add("alg", alg);
   if (jose_header->kid) details.add("kid", *jose_header->kid);
   if (agrees) details.add("curve", jose::key_type_name(jose_header->epk->type()));
   details.add("encrypted_key_size", static_cast<std::int64_t>(encrypted_key.size()));
   return details.json();
}

} // namespace keyfile
