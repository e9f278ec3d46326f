// SPDX-License-Identifier: Apache-2.0

#include "driver/loaded_definition.h"

#include "base/text.h"
#include "json/pointer.h"

#include <keyseat/sdk/jose/json.h>

#include <fmt/format.h>

namespace keyseat {

namespace {

using sdk::jose::json_quote;

// A caller who names the definition means that one and no other.
void require_expected(const LoadedDefinition &loaded, const DefinitionFile &file) {
   const Definition &found = loaded.definition;
   const auto contradiction = [&](std::string_view what, const std::string &is,
                                  const std::string &expected) {
      return Error(ErrorCode::definition_contradicts,
                   fmt::format("the definition's {} is {}, not {}", what, quoted_name(is),
                               quoted_name(expected)))
            .hint("name the file that is meant, or leave the option out")
            .at({file.name, 0, 0, {}});
   };
   if (!file.expect_name.empty() && !equal_no_case(file.expect_name, found.name)) {
      throw contradiction("name", found.name, file.expect_name);
   }
   if (!file.expect_runtime.empty() &&
       !equal_no_case(file.expect_runtime, found.integration_runtime)) {
      throw contradiction("integration runtime", found.integration_runtime, file.expect_runtime);
   }
}

LoadedDefinition load(BytesView content, const std::string &name) {
   Document document = Document::parse(content, name);
   Definition definition = find_definitions(document).front();
   return {std::move(document), std::move(definition)};
}

std::string_view kind_name(Notice::Kind kind) {
   switch (kind) {
      case Notice::Kind::left_alone:
         return "left-alone";
      case Notice::Kind::may_be_secret:
         return "may-be-secret";
      case Notice::Kind::unknown_type:
         return "unknown-type";
      case Notice::Kind::vendor_credential:
         return "vendor-credential";
      case Notice::Kind::redirectable:
         return "redirectable";
   }
   return "left-alone";
}

} // namespace

std::string LoadedDefinition::called() const {
   return definition.name.empty() ? printable(document.name()) : quoted_name(definition.name);
}

std::string LoadedDefinition::subject(std::string_view verb) const {
   return fmt::format("{} the credential of {}", verb,
                      quoted_name(definition.name.empty() ? document.name() : definition.name));
}

std::string LoadedDefinition::context() const {
   return fmt::format(R"({{"name":{},"type":{},"integrationRuntime":{}}})",
                      json_quote(definition.name), json_quote(definition.type),
                      json_quote(definition.integration_runtime));
}

Place LoadedDefinition::place_of(std::string_view pointer) const {
   const JsonValue value = resolve_pointer(definition.object, pointer, true);
   Place place = document.place((value.exists() ? value : definition.object).span().begin);
   place.pointer = pointer;
   return place;
}

DefinitionFacts LoadedDefinition::facts(const DefinitionFile &file) const {
   return {definition.name, definition.type, definition.integration_runtime, file.path};
}

LoadedDefinition load_definition(const DefinitionFile &file) {
   LoadedDefinition loaded = load(file.content, file.name);
   require_expected(loaded, file);
   return loaded;
}

LoadedDefinition load_edited(const SecretBytes &text, const std::string &name) {
   return load(text, name);
}

std::vector<SecretFacts> describe(const LoadedDefinition &loaded,
                                  const std::vector<Secret> &secrets) {
   std::vector<SecretFacts> facts;
   facts.reserve(secrets.size());
   for (const Secret &secret : secrets) {
      const Place place = loaded.document.place(secret.value.span().begin);
      facts.push_back({secret.pointer, std::string(secret_kind_name(secret.kind)), secret.why,
                       std::string(remains_name(secret.remains)), place.line, place.column});
   }
   return facts;
}

std::vector<Remark> describe(const LoadedDefinition &loaded, const std::vector<Notice> &notices) {
   std::vector<Remark> remarks;
   remarks.reserve(notices.size());
   for (const Notice &notice : notices) {
      const JsonValue value = notice.value.exists() ? notice.value : loaded.definition.object;
      const Place place = loaded.document.place(value.span().begin);
      remarks.push_back({std::string(kind_name(notice.kind)), notice.text, notice.pointer,
                         place.line, place.column});
   }
   return remarks;
}

} // namespace keyseat
