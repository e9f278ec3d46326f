// SPDX-License-Identifier: Apache-2.0

#include <keyseat/sdk/jose/key_file_protector.h>

#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/self_test_report.h>

namespace keyseat::sdk::jose {

namespace {

std::uint32_t capabilities_of(const PublicFacts &facts) {
   std::uint32_t result = facts.sealing.capabilities | KEYSEAT_CAP_PARALLEL;
   if (facts.key.public_key) result |= KEYSEAT_CAP_KEY_PAIR;
   return result;
}

std::string message_of(StoredKey &key, const Call &call, const PublicFacts &facts,
                       bool public_file_differs) {
   const KeyStore &store = key.store();
   if (key.changed_on_disk(call)) {
      return "the key file has been replaced since this protector was opened: reopen it";
   }
   std::string text = std::string(key_type_name(facts.key.type)) + " key in " + store.path();
   if (!facts.sealing.description.empty()) text += ", " + facts.sealing.description;
   if (public_file_differs) {
      text += "; " + store.public_path() +
              " is of another key: whoever encrypts to that encrypts in vain";
   }
   return text;
}

std::string details_of(StoredKey &key, const PublicFacts &facts, bool public_file_differs) {
   const KeyStore &store = key.store();
   Details details;
   details.add("path", store.path());
   details.add("key_type", key_type_name(facts.key.type));
   details.add("alg", facts.key.alg);
   details.add("created_at", store.created_at());
   details.add("unlocked", key.is_unsealed());
   details.add("public_file_differs", public_file_differs);
   details.add(facts.sealing.details);
   return details.json();
}

} // namespace

Status KeyFileProtector::status(const Call &call) {
   Status status;
   status.capabilities = KEYSEAT_CAP_PARALLEL;
   try {
      const auto facts = key_.public_facts(call);
      status.health = KEYSEAT_HEALTH_OK;
      status.capabilities = capabilities_of(*facts);
      status.kid = facts->key.kid;
      const bool differs = key_.public_file_differs(call);
      status.details = details_of(key_, *facts, differs);
      status.message = message_of(key_, call, *facts, differs);
   } catch (const Failure &failure) {
      const bool missing = failure.status() == KEYSEAT_E_KEY_MISSING;
      status.health = missing ? KEYSEAT_HEALTH_KEY_MISSING : KEYSEAT_HEALTH_DOWN;
      status.kid.clear();
      status.message = failure.message();
      if (!failure.hint().empty()) status.message += ": " + failure.hint();
   }
   return status;
}

WrappedKey KeyFileProtector::wrap(const Call &call, BytesView cek) {
   const auto facts = key_.public_facts(call);
   if (facts->key.public_key) {
      return wrap_key(call.secret_memory(), *facts->key.public_key, cek);
   }
   return wrap_key(*key_.private_key(call), cek);
}

SecretBytes KeyFileProtector::unwrap(const Call &call, std::string_view header,
                                     BytesView encrypted_key) {
   const auto facts = key_.public_facts(call);
   // Before anything is unsealed (R-INT-1); unwrap_key() looks afterwards, at a key that may have come
   // meanwhile.
   const JoseHeader mine =
         require_mine(header, encrypted_key, facts->key.type, facts->key.alg, facts->key.kid);
   const auto key = key_.private_key(call);
   return unwrap_key(call.secret_memory(), *key, mine, encrypted_key);
}

std::string KeyFileProtector::export_public_key(const Call &call) {
   const auto facts = key_.public_facts(call);
   if (!facts->key.public_key) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "a symmetric key has no public half")
            .with_hint("create a key pair to let others encrypt to this protector");
   }
   return facts->key.public_key->to_json();
}

std::string KeyFileProtector::self_test(const Call &call) {
   SelfTestReport report;
   test_primitives(call, report);
   report.add("public-file", !key_.public_file_differs(call),
              "the .pub file, where there is one, belongs to the key");
   test_round_trip(call, *this, report);
   return report.json();
}

std::string explain_wrapped_key(std::string_view header, BytesView encrypted_key,
                                std::string_view needs) {
   const auto jose_header = read_jose_header(header);
   if (!jose_header) throw not_mine();
   const std::string &alg = jose_header->alg;
   const bool agrees = alg == "ECDH-ES+A256KW";
   if (!agrees && alg != "A256KW" && alg != "RSA-OAEP-256" && alg != "RSA-OAEP") throw not_mine();
   if (agrees != jose_header->epk.has_value()) throw not_mine();
   Details details;
   details.add("needs", needs);
   details.add("alg", alg);
   if (jose_header->kid) details.add("kid", *jose_header->kid);
   if (agrees) details.add("curve", key_type_name(jose_header->epk->type()));
   details.add("encrypted_key_size", static_cast<std::int64_t>(encrypted_key.size()));
   return details.json();
}

} // namespace keyseat::sdk::jose
