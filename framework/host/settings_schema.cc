// SPDX-License-Identifier: Apache-2.0
//
// The option table as a JSON Schema (draft 2020-12).

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "host/option_value.h"
#include "host/settings.h"

namespace keyseat {
namespace {

using nlohmann::ordered_json;

ordered_json type_schema(const keyseat_option &option) {
   switch (option.type) {
      case KEYSEAT_OPTION_INTEGER:
         return {{"type", "integer"}, {"minimum", -kMaxInteger}, {"maximum", kMaxInteger}};
      case KEYSEAT_OPTION_BOOLEAN:
         return {{"type", "boolean"}};
      case KEYSEAT_OPTION_ONE_OF:
         return {{"type", "string"}, {"enum", choices_of(option)}};
      case KEYSEAT_OPTION_STRING_LIST:
         return {{"type", "array"}, {"items", {{"type", "string"}}}};
      default:
         return {{"type", "string"}};
   }
}

ordered_json default_of(const keyseat_option &option) {
   const std::optional<SettingValue> value = parse_default(option, option.default_value);
   if (!value) return {};
   return std::visit([](const auto &content) { return ordered_json(content); }, *value);
}

ordered_json option_schema(const keyseat_option &option) {
   ordered_json schema = type_schema(option);
   std::string description = option.description;
   if (is_secret(option)) description += " A path, fd:N or credential:NAME.";
   if (is_path(option)) description += " Relative paths start at the folder of this file.";
   schema["description"] = std::move(description);
   if (is_path(option) || is_secret(option)) {
      (option.type == KEYSEAT_OPTION_STRING_LIST ? schema["items"] : schema)["minLength"] = 1;
   }
   if (option.default_value != nullptr) schema["default"] = default_of(option);
   return schema;
}

} // namespace

std::string settings_schema(const keyseat_descriptor &descriptor) {
   ordered_json properties = ordered_json::object();
   ordered_json required = ordered_json::array();
   for (const keyseat_option *const *option = descriptor.options; *option != nullptr; ++option) {
      properties[(*option)->name] = option_schema(**option);
      if (((*option)->marks & KEYSEAT_MARK_REQUIRED) != 0 && (*option)->default_value == nullptr) {
         required.push_back((*option)->name);
      }
   }
   ordered_json schema{
         {"$schema", "https://json-schema.org/draft/2020-12/schema"},
         {"title", fmt::format("Options of the plugin {}", descriptor.id)},
         {"description", descriptor.description},
         {"type", "object"},
         {"properties", std::move(properties)},
         {"additionalProperties", false},
   };
   if (!required.empty()) schema["required"] = std::move(required);
   return schema.dump(2);
}

} // namespace keyseat
