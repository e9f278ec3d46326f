// SPDX-License-Identifier: Apache-2.0

#include "linked_service/definition.h"

#include "linked_service/file_content.h"
#include "linked_service/value_shape.h"

#include "base/text.h"
#include "json/pointer.h"

#include <fmt/format.h>

#include <unordered_set>

namespace keyseat {

namespace {

Error invalid(const Document &document, JsonValue value, std::string message) {
   return Error(ErrorCode::definition_invalid, std::move(message)).at(document.place(value));
}

// A member of the wanted kind; no value where there is none, or null. Throws for another kind.
JsonValue optional_member(const Document &document, JsonValue object, std::string_view name,
                          JsonKind kind) {
   const JsonValue member = object.find_no_case(name);
   if (!member.exists() || member.is(JsonKind::null)) return {};
   if (!member.is(kind)) {
      throw invalid(document, member,
                    fmt::format("'{}' is not {}", name,
                                kind == JsonKind::object ? "an object" : "a string"));
   }
   return member;
}

JsonValue required_member(const Document &document, JsonValue object, std::string_view name,
                          JsonKind kind) {
   const JsonValue member = optional_member(document, object, name, kind);
   if (!member.exists()) {
      throw Error(ErrorCode::definition_invalid, fmt::format("the definition has no '{}'", name))
            .hint("a linked-service definition is { \"name\": ..., \"properties\": { \"type\": "
                  "..., "
                  "\"typeProperties\": { ... } } }")
            .at(document.place(object));
   }
   return member;
}

// The names of an object's members, case aside. A few are compared one by one; more go into a set.
class NamesSoFar {
 public:
   explicit NamesSoFar(JsonValue object) : object_(object), is_small_(object.size() <= kFew) {}

   // False when an earlier member has the name of this one.
   bool add(JsonValue member) {
      const std::string name = member.name();
      if (!is_small_) return names_.insert(ascii_lower(name)).second;
      JsonValue earlier = object_.first();
      while (earlier != member && !earlier.name_is_no_case(name))
         earlier = earlier.next();
      return earlier == member;
   }

 private:
   static constexpr std::size_t kFew = 8;

   JsonValue object_;
   bool is_small_;
   std::unordered_set<std::string> names_;
};

// The service matches names without case: two that differ in case only would be one to it.
void refuse_same_names(const Document &document, JsonValue value) {
   NamesSoFar names(value);
   for (JsonValue v = value.first(); v.exists(); v = v.next()) {
      if (value.is(JsonKind::object) && !names.add(v)) {
         Place place = document.place(v.key_span().begin);
         throw Error(ErrorCode::definition_invalid,
                     fmt::format("the name {} stands twice in one object, case aside",
                                 quoted_name(v.name())))
               .hint("the service reads both as one; remove or rename one of them")
               .at(std::move(place));
      }
      refuse_same_names(document, v);
   }
}

std::string text_of(JsonValue string) {
   return string.exists() ? string.public_text() : std::string();
}

// What makes the definition one is no secret, and does not leave it as one would.
void refuse_secure_string(const Document &document, JsonValue part) {
   if (!type_is(part, "SecureString")) return;
   throw invalid(document, part,
                 "a SecureString stands where a definition has an object of its own");
}

// `connectVia` stands inside `properties` or beside it.
std::string runtime_of(const Document &document, JsonValue object, JsonValue properties) {
   const JsonValue inside = optional_member(document, properties, "connectVia", JsonKind::object);
   const JsonValue beside = optional_member(document, object, "connectVia", JsonKind::object);
   const bool is_twice = properties.find_no_case("connectVia").exists() &&
                         object.find_no_case("connectVia").exists();
   if (is_twice) {
      throw invalid(document, object.find_no_case("connectVia"),
                    "'connectVia' stands both inside 'properties' and beside it");
   }
   const JsonValue via = inside.exists() ? inside : beside;
   if (!via.exists()) return {};
   refuse_secure_string(document, via);
   return text_of(optional_member(document, via, "referenceName", JsonKind::string));
}

} // namespace

std::vector<Definition> find_definitions(const Document &document) {
   const JsonValue object = document.root();
   const FileContent content = content_of(object);
   if (content.kind != FileContent::Kind::definition &&
       (content.kind != FileContent::Kind::other || content.clear_secret.exists())) {
      throw not_a_definition(document, content);
   }
   if (!object.is(JsonKind::object)) {
      throw invalid(document, object, "the file is no JSON object, so it holds no definition");
   }
   refuse_same_names(document, object);

   Definition found;
   found.object = object;
   found.properties = required_member(document, object, "properties", JsonKind::object);
   found.type = text_of(required_member(document, found.properties, "type", JsonKind::string));
   if (found.type.empty()) {
      throw invalid(document, found.properties.find_no_case("type"), "'type' is empty");
   }
   found.type_properties =
         required_member(document, found.properties, "typeProperties", JsonKind::object);
   found.parameters = optional_member(document, found.properties, "parameters", JsonKind::object);
   found.credential = found.type_properties.find_no_case("encryptedCredential");
   JsonValue name = optional_member(document, object, "name", JsonKind::string);
   if (!name.exists()) {
      name = optional_member(document, found.properties, "name", JsonKind::string);
   }
   found.name = text_of(name);
   found.integration_runtime = runtime_of(document, object, found.properties);
   for (const JsonValue part : {object, found.properties, found.type_properties})
      refuse_secure_string(document, part);

   std::vector<Definition> definitions;
   definitions.push_back(std::move(found));
   return definitions;
}

std::string readable_pointer(std::string_view pointer) {
   constexpr std::string_view kProperties = "/properties/";
   if (pointer.size() > kProperties.size() &&
       equal_no_case(pointer.substr(0, kProperties.size()), kProperties)) {
      pointer.remove_prefix(kProperties.size() - 1);
   }
   constexpr std::size_t kMostShown = 80; // bytes of one name
   std::string text;
   for (const std::string &token : pointer_tokens(pointer)) {
      const bool is_index =
            !token.empty() && token.find_first_not_of("0123456789") == std::string::npos;
      if (is_index) {
         text += fmt::format("[{}]", token);
      } else {
         if (!text.empty()) text += '.';
         text += cut_short(printable(token), kMostShown);
      }
   }
   return text;
}

std::string readable_pointers(const std::vector<std::string> &pointers) {
   constexpr std::size_t kShown = 10;
   std::string text;
   for (std::size_t i = 0; i < pointers.size() && i < kShown; ++i)
      text += (i == 0 ? "" : ", ") + readable_pointer(pointers[i]);
   if (pointers.size() > kShown) text += fmt::format(" and {} more", pointers.size() - kShown);
   return text;
}

} // namespace keyseat
