// SPDX-License-Identifier: Apache-2.0

#include "driver/sealing.h"

#include "base/files.h"
#include "driver/binding_digest.h"
#include "driver/credential_text.h"
#include "driver/opening.h"
#include "jose/digest.h"
#include "linked_service/credential_kind.h"
#include "linked_service/take_out.h"

#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>

#include <fmt/format.h>

namespace keyseat {

namespace {

bool has_keyseat_credential(const Definition &definition) {
   return definition.credential.is(JsonKind::string) &&
          classify_credential(definition.credential.public_text()) == CredentialKind::keyseat;
}

Remark remark(std::string kind, std::string text) {
   return {std::move(kind), std::move(text), "", 0, 0};
}

Error secrets_beside_credential(const LoadedDefinition &loaded, const Secret &secret) {
   return Error(ErrorCode::definition_invalid,
                fmt::format("{} has a credential already, and {} stands in clear beside it",
                            loaded.called(), readable_pointer(secret.pointer)))
         .hint("decrypt the file, set the value there, and encrypt it again")
         .at(loaded.document.place(secret.value));
}

// The text that is about to be written, read once more: what discovery finds in it would be published.
void require_clean(const LoadedDefinition &left) {
   const Discovery rest = discover_secrets(left.definition);
   if (rest.secrets.empty()) return;
   throw Error(ErrorCode::internal, fmt::format("{} would stay in clear",
                                                readable_pointer(rest.secrets.front().pointer)))
         .hint("nothing was written; please report this definition's structure")
         .at(left.document.place(left.definition.object));
}

SecretsBeside secrets_beside(const std::vector<Secret> &secrets) {
   SecretsBeside beside;
   for (const Secret &secret : secrets)
      beside.add(secret.pointer);
   return beside;
}

CredentialId new_credential_id() {
   CredentialId id{};
   sdk::jose::random_bytes(id.data(), id.size());
   return id;
}

// No command reads a longer file: what was encrypted into one could not be decrypted any more.
void require_readable(const LoadedDefinition &loaded, std::size_t size) {
   if (size <= kMaxDefinitionFile) return;
   throw Error(ErrorCode::definition_invalid,
               fmt::format("{} would be longer than the {} bytes that commands read, once it is "
                           "encrypted",
                           loaded.called(), kMaxDefinitionFile))
         .hint("nothing was written; keep content of this size elsewhere")
         .at(loaded.document.place(loaded.definition.object));
}

} // namespace

SealPlan plan_seal(const LoadedDefinition &loaded, const SealOptions &options) {
   SealPlan plan{discover_secrets(loaded.definition), false, {}};
   plan.remarks = describe(loaded, plan.discovery.notices);
   const auto &secrets = plan.discovery.secrets;
   if (has_keyseat_credential(loaded.definition)) {
      if (!secrets.empty()) throw secrets_beside_credential(loaded, secrets.front());
      plan.remarks.push_back(remark("already-encrypted", "it is encrypted already"));
   } else if (secrets.empty()) {
      const bool is_sure =
            std::none_of(plan.remarks.begin(), plan.remarks.end(),
                         [](const Remark &remark) { return remark.kind == "may-be-secret"; });
      plan.remarks.push_back(remark("nothing-to-encrypt",
                                    is_sure ? "it holds no secret"
                                            : "nothing in it is known to be a secret, and what may "
                                              "be one stays in clear"));
   } else if (loaded.definition.credential.exists()) {
      if (!options.replace_vendor_credential) {
         throw secrets_beside_credential(loaded, secrets.front())
               .hint("its credential is none of Keyseat's; --replace-vendor-credential overwrites "
                     "it");
      }
      plan.replaces_vendor_credential = true;
   }
   return plan;
}

void require_bindable(const LoadedDefinition &loaded, BindingScope scope,
                      const std::vector<Secret> &secrets) {
   const auto pointer = find_arm_expression(loaded.definition, scope, secrets_beside(secrets));
   if (!pointer) return;
   const bool any_scope = find_arm_expression(loaded.definition, BindingScope::type).has_value();
   throw Error(
         ErrorCode::config_invalid,
         fmt::format("{} holds an ARM expression, which resolves at deployment: the node would "
                     "see another value than the one that is bound",
                     readable_pointer(*pointer)))
         .hint(any_scope ? "write type and integration runtime out: every binding has them"
                         : "choose --binding type for it, which binds type and integration "
                           "runtime only")
         .at(loaded.place_of(*pointer));
}

void require_current_credential(const LoadedDefinition &loaded) {
   if (!has_keyseat_credential(loaded.definition)) return;
   const Jwe jwe = read_credential(loaded);
   const LoadedDefinition left =
         load_edited(remove_credential(loaded.document, loaded.definition), loaded.document.name());
   try {
      require_bound(left, parse_binding(jwe.binding()));
   } catch (Error &error) {
      throw Error(error).hint(
            "undo the edit; or decrypt the file as it was, edit that, and encrypt it again");
   }
}

Outcome seal(const LoadedDefinition &loaded, const Document &file, const SealPlan &plan,
             const RecipientChoice &choice, const Config &config, ProtectorSet &protectors) {
   const TakenOut taken =
         take_out(loaded.document, loaded.definition, plan.discovery.secrets, &plain_digest);
   const LoadedDefinition left = load_edited(taken.text, loaded.document.name());
   require_clean(left);
   require_bindable(left, choice.scope, plan.discovery.secrets);

   CallContext call;
   call.subject = loaded.subject("encrypt");
   call.context = loaded.context();
   call.credential_id = new_credential_id();
   const SecretBytes payload = write_payload(taken.payload);
   require_readable(loaded, payload.size() / 9 * 16); // base64url within base64
   const SecretBytes cek = sdk::jose::random_secret(key_memory(), kCekSize);
   WrappedRecipients wrapped = wrap_for(choice, config, protectors, call, cek);

   const Jwe jwe = Jwe::seal(
         call.credential_id,
         make_binding(left.definition, choice.scope, secrets_beside(plan.discovery.secrets)),
         std::move(wrapped.recipients), payload, cek);
   const SecretBytes text =
         insert_credential(left.document, left.definition, write_credential(jwe));

   Outcome outcome;
   outcome.changed = true;
   outcome.output = file.encode(text.reveal_text());
   require_readable(loaded, outcome.output.size());
   outcome.secrets = describe(loaded, plan.discovery.secrets);
   outcome.recipients = std::move(wrapped.facts);
   outcome.binding = binding_scope_name(choice.scope);
   outcome.remarks = plan.remarks;
   outcome.remarks.insert(outcome.remarks.end(), wrapped.remarks.begin(), wrapped.remarks.end());
   return outcome;
}

} // namespace keyseat
