// SPDX-License-Identifier: Apache-2.0
#include "config/schema.h"

#include <fmt/format.h>
#include <keyseat/error.h>

#include <nlohmann/json.hpp>

#include "config/names.h"

namespace keyseat {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char *kProtectorName = "^[a-z][a-z0-9-]{0,63}$";
constexpr const char *kPluginId = "^[A-Za-z0-9]+([.-]+[A-Za-z0-9]+)*$";

Json described(Json schema, const char *description) {
   schema["description"] = description;
   return schema;
}

Json ref(const char *definition) { return {{"$ref", std::string("#/$defs/") + definition}}; }

Json object_of(Json properties) {
   return {{"type", "object"},
           {"properties", std::move(properties)},
           {"additionalProperties", false}};
}

Json non_empty_text() { return {{"type", "string"}, {"minLength", 1}}; }

Json array_of(Json items) {
   return {{"type", "array"}, {"items", std::move(items)}, {"uniqueItems", true}};
}

Json protector_names(std::size_t most) {
   Json names = array_of(ref("protectorName"));
   names["minItems"] = 1;
   names["maxItems"] = most;
   return names;
}

// What any plugin's option may be.
Json option() {
   return {{"anyOf",
            {{{"type", "string"}},
             {{"type", "integer"}, {"minimum", -9007199254740992}, {"maximum", 9007199254740992}},
             {{"type", "boolean"}},
             array_of(non_empty_text())}}};
}

// Where the plugin is `id`, its options are of that schema.
Json options_of_plugin(const std::string &id, const std::string &text) {
   Json schema = Json::parse(text, nullptr, false);
   if (!schema.is_object()) {
      throw Error(ErrorCode::internal,
                  fmt::format("the option schema of plugin '{}' is no object", id));
   }
   schema.erase("$schema"); // stands at the root of a document only
   Json then{{"properties", {{"config", schema}}}};
   if (!schema.value("required", Json::array()).empty()) then["required"] = {"config"};
   return {{"if", {{"properties", {{"plugin", {{"const", id}}}}}, {"required", {"plugin"}}}},
           {"then", std::move(then)}};
}

Json isolation() {
   const Json mode{{"enum", {"process", "none"}}};
   return {{"anyOf",
            {mode,
             object_of({{"mode", mode},
                        {"read", described(array_of(non_empty_text()),
                                           "Files and folders that the worker process may read.")},
                        {"write", described(array_of(non_empty_text()),
                                            "Files and folders that it may write, too.")},
                        {"environment",
                         described(array_of(non_empty_text()),
                                   "Names of environment variables that are passed on.")},
                        {"network", described({{"type", "boolean"}},
                                              "The plugin connects to other machines.")}})}}};
}

Json protector(const std::map<std::string, std::string> &option_schemas) {
   Json plugin = described({{"type", "string"}, {"pattern", kPluginId}, {"maxLength", 128}},
                           "The id of an installed plugin.");
   Json by_plugin = Json::array();
   for (const auto &[id, schema] : option_schemas) {
      plugin["examples"].push_back(id);
      by_plugin.push_back(options_of_plugin(id, schema));
   }
   Json schema = object_of(
         {{"plugin", std::move(plugin)},
          {"config", described({{"type", "object"}, {"additionalProperties", option()}},
                               "The plugin's options.")},
          {"isolation", described(isolation(),
                                  "Where the plugin runs: in a worker process, or in "
                                  "the process of its host.")},
          {"public-key",
           described(non_empty_text(),
                     "A public key (JWK file), to which is encrypted; relative to this file.")}});
   schema["oneOf"] = {{{"required", {"plugin"}}}, {{"required", {"public-key"}}}};
   schema["dependentRequired"] = {{"config", {"plugin"}}, {"isolation", {"plugin"}}};
   if (!by_plugin.empty()) schema["allOf"] = std::move(by_plugin);
   return schema;
}

Json rule() {
   const Json patterns{{"anyOf", {non_empty_text(), [] {
                                     Json many = array_of(non_empty_text());
                                     many["minItems"] = 1;
                                     return many;
                                  }()}}};
   Json when = object_of({{"integrationRuntime", patterns},
                          {"type", patterns},
                          {"name", patterns},
                          {"path", patterns}});
   Json schema =
         object_of({{"when", described(std::move(when),
                                       "Globs (*, **, ?) that all have to match; none: always.")},
                    {"protect", described(protector_names(16), "Who can read the credential.")},
                    {"binding", described(ref("binding"), "What the credential is glued to.")}});
   schema["required"] = {"protect"};
   return schema;
}

Json policy() {
   Json kids = array_of(non_empty_text());
   kids["minItems"] = 1;
   return object_of(
         {{"require", described(array_of(ref("protectorName")), "Recipients of every credential.")},
          {"allow-kids", described(std::move(kids), "The only keys that may be recipients.")},
          {"least-binding", described(ref("binding"), "Nobody may ask for less.")}});
}

Json plugins() {
   return object_of({{"folders", described(array_of(non_empty_text()),
                                           "Absolute paths of folders that hold plugins.")},
                     {"pins", described({{"type", "object"},
                                         {"propertyNames", {{"pattern", kPluginId}}},
                                         {"additionalProperties",
                                          {{"type", "string"}, {"pattern", "^[0-9A-Fa-f]{64}$"}}}},
                                        "SHA-256 of plugins, by their ids.")}});
}

} // namespace

std::string config_schema(const std::map<std::string, std::string> &option_schemas) {
   Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
               {"title", "Configuration of Keyseat (keyseat.json)"}};
   Json root = object_of(
         {{"$schema", {{"type", "string"}}},
          {"protectors", described({{"type", "object"},
                                    {"propertyNames", ref("protectorName")},
                                    {"additionalProperties", ref("protector")}},
                                   "Who can read credentials, by name.")},
          {"rules", described({{"type", "array"}, {"items", ref("rule")}},
                              "Which protectors protect what; the first that matches wins.")},
          {"policy", described(policy(), "In the system's configuration only.")},
          {"plugins", described(plugins(), "In the system's configuration only.")}});
   schema.update(root);
   schema["$defs"] = {{"protectorName", {{"type", "string"}, {"pattern", kProtectorName}}},
                      {"binding", {{"enum", binding_words()}}},
                      {"protector", protector(option_schemas)},
                      {"rule", rule()}};
   return schema.dump(2) + "\n";
}

} // namespace keyseat
