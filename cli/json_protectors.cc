// SPDX-License-Identifier: Apache-2.0
//
// Results about protectors and plugins.
#include "base/path_text.h"
#include "base/text.h"
#include "cli/json_output.h"

#include <fmt/format.h>

#include "cli/json_parts.h"
#include "cli/worker_limits.h"

namespace keyseat::cli {
namespace {

Json protector_json(const ProtectorReport &report, bool with_status) {
   const ProtectorEntry &entry = report.entry;
   Json json = {{"name", entry.name},
                {"plugin", text_or_null(entry.plugin)},
                {"public-key", text_or_null(path_text(entry.public_key))},
                {"layer", config_layer_name(entry.layer)},
                {"place", place_json(entry.place)}};
   if (!with_status) return json;
   const ProtectorStatus status = report.status.value_or(ProtectorStatus{});
   json["health"] = health_name(status.health);
   json["kid"] = text_or_null(status.kid);
   json["capabilities"] = status.capabilities;
   json["message"] = text_or_null(status.message);
   json["details"] = status.details.empty() ? Json() : Json::parse(status.details, nullptr, false);
   json["isolation"] = report.isolated ? "process" : "none";
   json["error"] = report.error ? error_json(*report.error) : Json();
   return json;
}

Json worker_json() {
   const WorkerLimits limits = worker_limits();
   return {{"limits", limits.enforced}, {"missing", limits.missing}};
}

Json option_json(const PluginOption &option) {
   return {{"name", option.name},
           {"type", option.type},
           {"required", option.required},
           {"default", option.default_value ? Json(*option.default_value) : Json()},
           {"choices", option.choices},
           {"marks", option.marks},
           {"description", option.description}};
}

std::string text_of(const Json &json, const char *name) {
   const Json &value = json.at(name);
   return value.is_null() ? std::string() : value.get<std::string>();
}

PluginOption option_from(const Json &json) {
   PluginOption option;
   option.name = text_of(json, "name");
   option.type = text_of(json, "type");
   option.required = json.at("required").get<bool>();
   if (!json.at("default").is_null()) option.default_value = text_of(json, "default");
   option.choices = json.at("choices").get<std::vector<std::string>>();
   option.marks = json.at("marks").get<std::vector<std::string>>();
   option.description = text_of(json, "description");
   return option;
}

PluginReport report_from(const Json &json) {
   PluginReport report;
   report.id = text_of(json, "id");
   report.name = text_of(json, "name");
   report.vendor = text_of(json, "vendor");
   report.version = text_of(json, "version");
   report.description = text_of(json, "description");
   report.license = text_of(json, "license");
   report.url = text_of(json, "url");
   report.capabilities = json.at("capabilities").get<std::vector<std::string>>();
   for (const Json &option : json.at("options"))
      report.options.push_back(option_from(option));
   report.path = text_of(json, "path");
   report.sha256 = text_of(json, "sha256");
   return report;
}

// The Error that error_json() has written.
Error error_from(const Json &json) {
   ErrorCode code = ErrorCode::plugin_refused;
   if (text_of(json, "code") == error_name(ErrorCode::plugin_defect))
      code = ErrorCode::plugin_defect;
   return Error(code, text_of(json, "message")).hint(text_of(json, "hint"));
}

} // namespace

std::string to_json(const std::vector<ProtectorReport> &protectors, bool with_status) {
   Json array = Json::array();
   for (const ProtectorReport &report : protectors)
      array.push_back(protector_json(report, with_status));
   Json document{{"protectors", std::move(array)}};
   if (with_status) document["worker"] = worker_json();
   return json_line(document);
}

std::string to_json(const ProtectorTestReport &report) {
   Json rows = Json::array();
   for (const SelfTestRow &row : report.self_test)
      rows.push_back({{"name", row.name}, {"passed", row.passed}, {"detail", row.detail}});
   return json_line({{"protector", report.protector},
                     {"alg", text_or_null(report.alg)},
                     {"kid", text_or_null(report.kid)},
                     {"self-test", report.has_self_test ? std::move(rows) : Json()}});
}

std::string approved_state_json(const std::string &protector, const std::string &report) {
   return json_line({{"protector", protector}, {"approved", Json::parse(report, nullptr, false)}});
}

std::string created_key_json(const std::string &protector, const std::string &kid) {
   return json_line({{"protector", protector}, {"kid", text_or_null(kid)}});
}

std::string keys_json(const std::string &protector, const std::vector<KeyInfo> &keys) {
   Json array = Json::array();
   for (const KeyInfo &key : keys) {
      array.push_back({{"kid", text_or_null(key.kid)},
                       {"state", key.state},
                       {"key-type", text_or_null(key.key_type)},
                       {"alg", text_or_null(key.alg)},
                       {"label", text_or_null(key.label)},
                       {"capabilities", key.capabilities},
                       {"created", text_or_null(utc_text(key.created_at))}});
   }
   return json_line({{"protector", protector}, {"keys", std::move(array)}});
}

std::string destroyed_key_json(const std::string &protector, const std::string &kid) {
   return json_line({{"protector", protector}, {"destroyed", kid}});
}

std::string exported_key_json(const std::string &protector, const std::string &jwk,
                              const std::filesystem::path &output) {
   return json_line({{"protector", protector},
                     {"jwk", Json::parse(jwk, nullptr, false)},
                     {"output", text_or_null(path_text(output))}});
}

std::string to_json(const std::vector<InstalledPlugin> &plugins) {
   Json array = Json::array();
   for (const InstalledPlugin &plugin : plugins) {
      array.push_back({{"id", plugin.id},
                       {"path", path_text(plugin.path)},
                       {"protectors", plugin.protectors},
                       {"isolation", plugin.isolated ? "process" : "none"}});
   }
   return json_line({{"plugins", std::move(array)}, {"worker", worker_json()}});
}

std::string to_json(const PluginReport &report) {
   Json options = Json::array();
   for (const PluginOption &option : report.options)
      options.push_back(option_json(option));
   return json_line({{"plugin",
                      {{"id", report.id},
                       {"name", report.name},
                       {"vendor", report.vendor},
                       {"version", report.version},
                       {"description", report.description},
                       {"license", text_or_null(report.license)},
                       {"url", text_or_null(report.url)},
                       {"capabilities", report.capabilities},
                       {"options", std::move(options)},
                       {"path", report.path},
                       {"sha256", report.sha256}}}});
}

PluginReport parse_plugin_report(std::string_view json) {
   try {
      const Json document = Json::parse(json);
      if (document.contains("error")) throw error_from(document.at("error"));
      return report_from(document.at("plugin"));
   } catch (const Json::exception &) {
      throw Error(ErrorCode::plugin_defect,
                  "the library wrote to standard output, or ended the process that looked at it")
            .hint("a plugin does neither (R-PRC-1, R-PRC-2)");
   }
}

std::vector<SelfTestRow> parse_self_test(std::string_view json, const std::string &protector) {
   try {
      std::vector<SelfTestRow> rows;
      for (const Json &row : Json::parse(json)) {
         rows.push_back(
               {text_of(row, "name"), row.at("passed").get<bool>(), text_of(row, "detail")});
      }
      return rows;
   } catch (const Json::exception &) {
      throw Error(
            ErrorCode::plugin_defect,
            fmt::format("protector '{}': the report of its self-test is malformed", protector));
   }
}

std::string string_member(std::string_view json, std::string_view name) {
   const Json document = Json::parse(json, nullptr, false);
   if (!document.is_object()) return {};
   const auto member = document.find(std::string(name));
   return member != document.end() && member->is_string() ? member->get<std::string>() : "";
}

std::string with_enc(const std::string &header) {
   Json merged = Json::parse(header, nullptr, false);
   if (!merged.is_object())
      throw Error(ErrorCode::plugin_defect, "the header that the plugin made is no JSON object");
   merged["enc"] = "A256GCM";
   return merged.dump();
}

} // namespace keyseat::cli
