// SPDX-License-Identifier: Apache-2.0
//
// Results about the configuration.
#include "base/path_text.h"
#include "cli/json_output.h"

#include "cli/json_parts.h"

namespace keyseat::cli {
namespace {

Json files_json(const Config &config) {
   Json array = Json::array();
   for (const ConfigFile &file : config.files()) {
      array.push_back({{"path", path_text(file.path)},
                       {"layer", config_layer_name(file.layer)},
                       {"trusted", file.trusted},
                       {"why-untrusted", text_or_null(file.why_untrusted)}});
   }
   return array;
}

Json isolation_json(const std::optional<IsolationEntry> &isolation) {
   if (!isolation) return {};
   const auto texts = [](const std::vector<std::filesystem::path> &paths) {
      Json array = Json::array();
      for (const auto &path : paths)
         array.push_back(path_text(path));
      return array;
   };
   return {{"mode", isolation->mode},
           {"read", texts(isolation->read)},
           {"write", texts(isolation->write)},
           {"environment", isolation->environment},
           {"network", isolation->network}};
}

Json entry_json(const ProtectorEntry &entry) {
   Json options = Json::object();
   for (const auto &[name, option] : entry.options) {
      Json value = std::visit([](const auto &v) { return Json(v); }, option.value);
      options[name] = {{"value", std::move(value)}, {"place", place_json(option.place)}};
   }
   return {{"name", entry.name},
           {"plugin", text_or_null(entry.plugin)},
           {"public-key", text_or_null(path_text(entry.public_key))},
           {"config", std::move(options)},
           {"isolation", isolation_json(entry.isolation)},
           {"layer", config_layer_name(entry.layer)},
           {"place", place_json(entry.place)}};
}

Json rule_json(const Rule &rule) {
   Json when = Json::object();
   const auto add = [&](const char *name, const std::vector<std::string> &patterns) {
      if (!patterns.empty()) when[name] = patterns;
   };
   add("integrationRuntime", rule.integration_runtime);
   add("type", rule.type);
   add("name", rule.name);
   add("path", rule.path);
   return {{"when", std::move(when)},
           {"protect", rule.protect},
           {"binding", rule.binding ? Json(*rule.binding) : Json()},
           {"layer", config_layer_name(rule.layer)},
           {"place", place_json(rule.place)}};
}

} // namespace

std::string to_json(const Config &config) {
   Json protectors = Json::array();
   for (const ProtectorEntry &entry : config.protectors())
      protectors.push_back(entry_json(entry));
   Json rules = Json::array();
   for (const Rule &rule : config.rules())
      rules.push_back(rule_json(rule));
   Json folders = Json::array();
   for (const std::filesystem::path &folder : config.plugin_folders())
      folders.push_back(path_text(folder));
   Json pins = Json::object();
   for (const auto &[id, digest] : config.plugin_pins())
      pins[id] = digest;
   const Policy &policy = config.policy();
   return json_line(
         {{"files", files_json(config)},
          {"protectors", std::move(protectors)},
          {"rules", std::move(rules)},
          {"policy",
           {{"require", policy.require},
            {"allow-kids", policy.allow_kids},
            {"least-binding", policy.least_binding ? Json(*policy.least_binding) : Json()}}},
          {"plugin-folders", std::move(folders)},
          {"plugin-pins", std::move(pins)}});
}

std::string checked_config_json(const Config &config, const std::vector<Error> &mistakes) {
   Json array = Json::array();
   for (const Error &mistake : mistakes)
      array.push_back(error_json(mistake));
   return json_line({{"valid", mistakes.empty()},
                     {"files", files_json(config)},
                     {"mistakes", std::move(array)}});
}

std::string trusted_config_json(const std::filesystem::path &file, bool changed,
                                const TrustState &before) {
   return json_line({{"file", path_text(file)},
                     {"trusted", true},
                     {"changed", changed},
                     {"differences", before.differences}});
}

std::string initialised_json(const std::filesystem::path &config, const std::filesystem::path &key,
                             const std::string &protector, const std::string &kid) {
   return json_line({{"configuration", path_text(config)},
                     {"key", path_text(key)},
                     {"protector", protector},
                     {"kid", kid}});
}

} // namespace keyseat::cli
