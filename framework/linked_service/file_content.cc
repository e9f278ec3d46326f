// SPDX-License-Identifier: Apache-2.0

#include "linked_service/file_content.h"

#include "linked_service/value_shape.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

namespace keyseat {

namespace {

using Kind = FileContent::Kind;

bool type_is_one_of(JsonValue value, std::initializer_list<std::string_view> words) {
   return std::any_of(words.begin(), words.end(),
                      [&](std::string_view word) { return type_is(value, word); });
}

// Another resource of a factory: { properties: ... } with what only that kind has.
std::optional<Kind> other_resource(JsonValue object) {
   if (!object.is(JsonKind::object)) return std::nullopt;
   const JsonValue properties = object.find_no_case("properties");
   if (!properties.is(JsonKind::object)) return std::nullopt;
   if (properties.find_no_case("linkedServiceName").exists()) return Kind::dataset;
   if (properties.find_no_case("activities").is(JsonKind::array)) return Kind::pipeline;
   if (properties.find_no_case("pipelines").exists() ||
       properties.find_no_case("runtimeState").exists()) {
      return Kind::trigger;
   }
   if (type_is_one_of(properties, {"MappingDataFlow", "WranglingDataFlow", "Flowlet"})) {
      return Kind::data_flow;
   }
   if (type_is_one_of(properties, {"Managed", "SelfHosted"})) return Kind::integration_runtime;
   return std::nullopt;
}

bool is_definition(JsonValue object) {
   return object.is(JsonKind::object) &&
          object.find_no_case("properties").find_no_case("typeProperties").is(JsonKind::object);
}

// A v1 definition keeps its properties beside its type and names a gateway.
bool is_v1(JsonValue object) {
   const JsonValue properties = object.find_no_case("properties");
   return properties.is(JsonKind::object) && properties.find_no_case("gatewayName").exists() &&
          properties.find_no_case("type").exists();
}

// A resource of an ARM template; one inside its factory has the last word of the type only.
bool is_arm_linked_service(JsonValue value) {
   return type_is_one_of(value, {"Microsoft.DataFactory/factories/linkedServices",
                                 "Microsoft.Synapse/workspaces/linkedServices", "linkedServices"});
}

// The first value in `value`, itself included, for which `is_wanted`; other resources are passed over
// where `skips_resources`.
template <class Wanted>
JsonValue find_first(JsonValue value, bool skips_resources, const Wanted &is_wanted) {
   if (is_wanted(value)) return value;
   if (skips_resources && other_resource(value)) return {};
   for (JsonValue v = value.first(); v.exists(); v = v.next()) {
      if (const JsonValue found = find_first(v, skips_resources, is_wanted); found.exists()) {
         return found;
      }
   }
   return {};
}

JsonValue find_linked_service(JsonValue root) {
   return find_first(root, true, [](JsonValue value) {
      if (!value.is(JsonKind::object) || other_resource(value)) return false;
      return is_arm_linked_service(value) || is_definition(value) || is_v1(value) ||
             value.find_no_case("typeProperties").is(JsonKind::object);
   });
}

Kind envelope_of(JsonValue root, JsonValue linked_service) {
   if (root.is(JsonKind::array)) return Kind::array;
   if (linked_service == root) return is_v1(root) ? Kind::v1 : Kind::elsewhere;
   if (root.find_no_case("resources").is(JsonKind::array)) return Kind::arm_template;
   if (root.find_no_case("value").is(JsonKind::array)) return Kind::list;
   const JsonValue parameters = root.find_no_case("parameters");
   if (parameters.find_no_case("linkedService") == linked_service) return Kind::request;
   return Kind::elsewhere;
}

std::string_view kind_text(Kind kind) {
   switch (kind) {
      case Kind::definition:
         return "a linked service";
      case Kind::arm_template:
         return "an ARM template with linked services";
      case Kind::list:
         return "a list of linked services as the service's REST interface returns it";
      case Kind::array:
         return "an array of linked services";
      case Kind::request:
         return "a REST request with a linked service";
      case Kind::v1:
         return "a linked service of Data Factory version 1";
      case Kind::elsewhere:
         return "a linked service in an unknown envelope";
      case Kind::dataset:
         return "a dataset";
      case Kind::pipeline:
         return "a pipeline";
      case Kind::trigger:
         return "a trigger";
      case Kind::data_flow:
         return "a data flow";
      case Kind::integration_runtime:
         return "an integration runtime";
      case Kind::other:
         return "something else";
   }
   return "something else";
}

bool is_envelope(Kind kind) {
   switch (kind) {
      case Kind::arm_template:
      case Kind::list:
      case Kind::array:
      case Kind::request:
      case Kind::v1:
      case Kind::elsewhere:
         return true;
      case Kind::definition:
      case Kind::dataset:
      case Kind::pipeline:
      case Kind::trigger:
      case Kind::data_flow:
      case Kind::integration_runtime:
      case Kind::other:
         return false;
   }
   return false;
}

} // namespace

bool FileContent::is_unrelated() const {
   return kind != Kind::definition && !is_envelope(kind) && !clear_secret.exists();
}

FileContent content_of(JsonValue root) {
   FileContent content;
   content.value = root;
   if (const auto resource = other_resource(root)) {
      content.kind = *resource;
   } else if (is_definition(root)) {
      content.kind = Kind::definition;
   } else if (const JsonValue found = find_linked_service(root); found.exists()) {
      content.kind = envelope_of(root, found);
      content.value = found;
   }
   if (content.kind != Kind::definition && !is_envelope(content.kind)) {
      content.clear_secret = find_first(root, false, [](JsonValue value) {
         return shape_of(value) == ValueShape::secure_string;
      });
   }
   return content;
}

Error not_a_definition(const Document &document, const FileContent &content) {
   Error error(
         ErrorCode::definition_invalid,
         fmt::format("the file is {}, not a linked-service definition", kind_text(content.kind)));
   if (content.clear_secret.exists()) {
      return std::move(error)
            .hint("it holds a SecureString in clear; Keyseat takes secrets out of linked services "
                  "only")
            .at(document.place(content.clear_secret));
   }
   if (!is_envelope(content.kind)) return std::move(error).at(document.place(content.value));
   return std::move(error)
         .hint(content.kind == Kind::v1
                     ? "migrate it to version 2, whose definitions have 'typeProperties'"
                     : "write each linked service to a file of its own: { \"name\": ..., "
                       "\"properties\": { \"type\": ..., \"typeProperties\": { ... } } }")
         .at(document.place(content.value));
}

} // namespace keyseat
