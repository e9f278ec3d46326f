// SPDX-License-Identifier: Apache-2.0

#include <keyseat/driver.h>

#include "base/stack_wiper.h"
#include "base/text.h"
#include "driver/binding_digest.h"
#include "driver/importing.h"
#include "driver/inspecting.h"
#include "driver/opening.h"
#include "driver/sealing.h"
#include "linked_service/destination_name.h"

#include <algorithm>

#include <fmt/format.h>

namespace keyseat {

namespace {

// The facts that every outcome has; `output` is the input.
Outcome begin_outcome(const DefinitionFile &file, const LoadedDefinition &loaded) {
   Outcome outcome;
   outcome.output = SecretBytes(document_memory(), file.content);
   outcome.definition = loaded.definition.name;
   outcome.type = loaded.definition.type;
   return outcome;
}

void name_definition(Outcome &outcome, const LoadedDefinition &loaded) {
   outcome.definition = loaded.definition.name;
   outcome.type = loaded.definition.type;
}

// A file without a credential: there is nothing to open, and its secrets, if any, stand in clear.
Outcome unopened(Outcome outcome, const LoadedDefinition &loaded) {
   const Discovery discovery = discover_secrets(loaded.definition);
   outcome.holds_secret = !discovery.secrets.empty();
   outcome.remarks.push_back({"nothing-to-decrypt", "it has no credential", "", 0, 0});
   return outcome;
}

void describe_opened(Outcome &outcome, const OpenedDefinition &opened) {
   outcome.secrets = describe(opened.restored, opened.discovery.secrets);
   outcome.recipients = {opened.opened_by};
   outcome.binding = opened.binding;
}

// What the service would see: the characters of a string or of a SecureString, other JSON as written.
SecretBytes plain_value(JsonValue value) {
   if (value.is(JsonKind::object)) {
      const JsonValue inner = value.find_no_case("value");
      if (inner.is(JsonKind::string)) return inner.secret_text(document_memory());
   }
   if (value.is(JsonKind::string)) return value.secret_text(document_memory());
   return {document_memory(), as_bytes(value.raw())};
}

constexpr std::size_t kMostShown = 200; // bytes of one value

// What a foreign credential stands beside, for a person to look at: whoever made it does not decide
// where it is sent to, but the file does. No secret stands in clear there (open_foreign()); a text
// that may hold one that discovery does not know is left out.
Remark destination_of(const LoadedDefinition &loaded) {
   const Definition &definition = loaded.definition;
   const Discovery discovery = discover_secrets(definition);
   const auto may_be_secret = [&](JsonValue value) {
      return std::any_of(
            discovery.notices.begin(), discovery.notices.end(), [&](const Notice &notice) {
               return notice.kind == Notice::Kind::may_be_secret && notice.value.exists() &&
                      notice.value.span().begin >= value.span().begin &&
                      notice.value.span().begin < value.span().end;
            });
   };
   std::string text = fmt::format("destination: type {}", printable(definition.type));
   for (JsonValue member = definition.type_properties.first(); member.exists();
        member = member.next()) {
      const bool tells = is_destination_name(member.name()) ||
                         ascii_lower(member.name()).ends_with("connectionstring");
      if (!tells || may_be_secret(member)) continue;
      text += fmt::format("; {}: {}", printable(member.name()),
                          cut_short(printable(member.raw()), kMostShown));
   }
   const Place place = loaded.document.place(definition.type_properties);
   return {"destination", text, "", place.line, place.column};
}

std::string secrets_of(const Outcome &outcome) {
   std::vector<std::string> pointers;
   for (const SecretFacts &secret : outcome.secrets)
      pointers.push_back(secret.pointer);
   return readable_pointers(pointers);
}

bool has_nothing_to_seal(const SealPlan &plan) { return plan.discovery.secrets.empty(); }

} // namespace

Driver::Driver(const Config &config, Prompter &prompter)
      : config_(config), protectors_(std::make_unique<ProtectorSet>(config, prompter)) {}

Driver::~Driver() = default;

ProtectorSet &Driver::protectors() { return *protectors_; }

Outcome Driver::encrypt(const DefinitionFile &file, const SealOptions &options) {
   const StackWiper wiper;
   config_.require_trusted();
   const LoadedDefinition loaded = load_definition(file);
   const SealPlan plan = plan_seal(loaded, options);
   if (has_nothing_to_seal(plan)) {
      require_current_credential(loaded);
      Outcome outcome = begin_outcome(file, loaded);
      outcome.remarks = plan.remarks;
      return outcome;
   }
   const RecipientChoice choice = choose_recipients(config_, loaded.facts(file), options);
   Outcome outcome = seal(loaded, loaded.document, plan, choice, config_, *protectors_);
   name_definition(outcome, loaded);
   return outcome;
}

Outcome Driver::plan(const DefinitionFile &file, const SealOptions &options) {
   const StackWiper wiper;
   const LoadedDefinition loaded = load_definition(file);
   const SealPlan plan = plan_seal(loaded, options);
   Outcome outcome = begin_outcome(file, loaded);
   outcome.holds_secret = !has_nothing_to_seal(plan);
   outcome.secrets = describe(loaded, plan.discovery.secrets);
   outcome.remarks = plan.remarks;
   outcome.changed = outcome.holds_secret;
   try {
      if (has_nothing_to_seal(plan)) {
         require_current_credential(loaded);
         return outcome;
      }
      const RecipientChoice choice = choose_recipients(config_, loaded.facts(file), options);
      outcome.recipients = name_recipients(choice);
      outcome.binding = binding_scope_name(choice.scope);
      require_bindable(loaded, choice.scope, plan.discovery.secrets);
   } catch (const Error &error) {
      // A plan shows what is in the definition even where encrypting it would fail, and says why.
      const std::string then = error.hint().empty() ? "" : "; " + error.hint();
      outcome.remarks.push_back({"would-fail", error.message() + then, error.place().pointer,
                                 error.place().line, error.place().column});
   }
   return outcome;
}

Outcome Driver::decrypt(const DefinitionFile &file) {
   const StackWiper wiper;
   config_.require_trusted();
   const LoadedDefinition loaded = load_definition(file);
   Outcome outcome = begin_outcome(file, loaded);
   if (!loaded.definition.credential.exists()) return unopened(std::move(outcome), loaded);
   const OpenedDefinition opened = open_credential(loaded, config_, *protectors_);
   describe_opened(outcome, opened);
   outcome.output = loaded.document.encode(opened.restored.document.text());
   outcome.changed = true;
   outcome.holds_secret = true;
   return outcome;
}

Outcome Driver::verify(const DefinitionFile &file) {
   const StackWiper wiper;
   config_.require_trusted();
   const LoadedDefinition loaded = load_definition(file);
   Outcome outcome = begin_outcome(file, loaded);
   if (!loaded.definition.credential.exists()) return unopened(std::move(outcome), loaded);
   describe_opened(outcome, open_credential(loaded, config_, *protectors_));
   return outcome;
}

Opened Driver::open(const DefinitionFile &file) {
   const StackWiper wiper;
   config_.require_trusted();
   const LoadedDefinition loaded = load_definition(file);
   if (!loaded.definition.credential.exists()) {
      throw Error(ErrorCode::definition_invalid,
                  fmt::format("{} has no credential", loaded.called()))
            .hint("`keyseat encrypt` makes one")
            .at({file.name, 0, 0, {}});
   }
   const OpenedDefinition opened = open_credential(loaded, config_, *protectors_);
   Opened result;
   result.definition = loaded.definition.name;
   result.type = loaded.definition.type;
   for (const Secret &secret : opened.discovery.secrets) {
      result.secrets.push_back({secret.pointer, plain_value(secret.value)});
   }
   return result;
}

Outcome Driver::import(const DefinitionFile &file, const SealOptions &options) {
   const StackWiper wiper;
   config_.require_trusted();
   const LoadedDefinition loaded = load_definition(file);
   if (!loaded.definition.credential.exists()) {
      throw Error(ErrorCode::definition_invalid,
                  fmt::format("{} has no encryptedCredential to import", loaded.called()))
            .hint("docs/import.md shows where the JWE stands")
            .at({file.name, 0, 0, {}});
   }
   const RecipientChoice choice = choose_recipients(config_, loaded.facts(file), options);
   const LoadedDefinition restored = open_foreign(loaded, config_, *protectors_);
   Outcome outcome = seal(restored, loaded.document, plan_seal(restored, options), choice, config_,
                          *protectors_);
   name_definition(outcome, loaded);
   outcome.remarks.push_back(destination_of(loaded));
   outcome.remarks.back().text += "; secrets added: " + secrets_of(outcome);
   return outcome;
}

Inspection Driver::inspect(const DefinitionFile &file) {
   return keyseat::inspect(load_definition(file), config_, *protectors_);
}

std::string_view Opened::secret(std::string_view pointer) const {
   for (const Secret &secret : secrets) {
      if (secret.pointer == pointer) return secret.value.reveal_text();
   }
   throw Error(ErrorCode::definition_invalid,
               fmt::format("the credential of '{}' holds no {}", definition, pointer));
}

} // namespace keyseat
