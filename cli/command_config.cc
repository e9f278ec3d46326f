// SPDX-License-Identifier: Apache-2.0
//
// config show, check, schema: what the configuration says.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/path_text.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "config/schema.h"
#include "driver/protector_set.h"

namespace keyseat::cli {
namespace {

struct ValueText {
   std::string operator()(const std::string &value) const { return printable(value); }
   std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
   std::string operator()(bool value) const { return value ? "true" : "false"; }
   std::string operator()(const std::vector<std::string> &value) const {
      return printable_list(value);
   }
};

std::string line(std::string_view what, const Place &place) {
   return fmt::format("{:<56}  {}\n", what, readable_place(place));
}

std::string files_text(const Config &config) {
   std::string text = "files, nearest first\n";
   for (const ConfigFile &file : config.files()) {
      text += fmt::format("  {} ({})", printable(path_text(file.path)),
                          config_layer_name(file.layer));
      if (!file.trusted) text += ", not trusted: " + printable(file.why_untrusted);
      text += '\n';
   }
   return config.files().empty() ? text + "  none\n" : text;
}

std::string isolation_text(const IsolationEntry &isolation) {
   std::string text = line(fmt::format("    isolation = {}", isolation.mode), isolation.place);
   const auto add = [&](const char *what, const std::string &value) {
      text += fmt::format("      {} {}\n", what, printable(value));
   };
   for (const auto &path : isolation.read)
      add("reads", path_text(path));
   for (const auto &path : isolation.write)
      add("writes", path_text(path));
   for (const std::string &name : isolation.environment)
      add("gets the variable", name);
   if (isolation.network) text += "      reaches other machines\n";
   return text;
}

std::string protectors_text(const Config &config) {
   std::string text = "protectors\n";
   for (const ProtectorEntry &entry : config.protectors()) {
      text += line(fmt::format("  {}: {}", entry.name,
                               entry.plugin.empty()
                                     ? "public key " + printable(path_text(entry.public_key))
                                     : "plugin " + entry.plugin),
                   entry.place);
      for (const auto &[name, option] : entry.options) {
         text += line(fmt::format("    {} = {}", name, std::visit(ValueText(), option.value)),
                      option.place);
      }
      if (entry.isolation) text += isolation_text(*entry.isolation);
   }
   return text;
}

std::string rule_text(const Rule &rule) {
   std::string conditions;
   const auto add = [&](std::string_view name, const std::vector<std::string> &patterns) {
      if (!patterns.empty()) {
         conditions += fmt::format("{}{} {}", conditions.empty() ? "" : " and ", name,
                                   printable_list(patterns));
      }
   };
   add("integrationRuntime", rule.integration_runtime);
   add("type", rule.type);
   add("name", rule.name);
   add("path", rule.path);
   std::string text = conditions.empty() ? "  always" : "  when " + conditions;
   text += ": " + printable_list(rule.protect);
   if (rule.binding) text += ", binding " + *rule.binding;
   return text;
}

std::string system_text(const Config &config) {
   const Policy &policy = config.policy();
   std::string text;
   if (!policy.require.empty())
      text += fmt::format("  required: {}\n", printable_list(policy.require));
   if (!policy.allow_kids.empty())
      text += fmt::format("  kids: {}\n", printable_list(policy.allow_kids));
   if (policy.least_binding) text += fmt::format("  least binding: {}\n", *policy.least_binding);
   for (const std::filesystem::path &folder : config.plugin_folders())
      text += fmt::format("  plugins also in {}\n", printable(path_text(folder)));
   for (const auto &[id, digest] : config.plugin_pins())
      text += fmt::format("  plugin {} only with SHA-256 {}\n", id, digest);
   return text.empty() ? text : "set by the system's configuration\n" + text;
}

std::string config_text(const Config &config) {
   std::string text =
         files_text(config) + protectors_text(config) + "rules, the first that matches\n";
   for (const Rule &rule : config.rules())
      text += line(rule_text(rule), rule.place);
   return text + system_text(config);
}

bool comes_from_untrusted(const ProtectorEntry &entry, const Config &config) {
   return std::ranges::any_of(config.files(), [&](const ConfigFile &file) {
      return !file.trusted && file.layer == entry.layer;
   });
}

// What plugins have against the options of their protectors. A stranger's file makes no code load, so
// its options wait until it is trusted.
void check_options(const Config &config, Session &session, std::vector<Error> &mistakes) {
   const ProtectorSet protectors(config, session.prompter());
   for (const ProtectorEntry &entry : config.protectors()) {
      if (comes_from_untrusted(entry, config)) {
         session.terminal().warning(fmt::format(
               "the options of '{}' are not checked: its file is not trusted", entry.name));
         continue;
      }
      try {
         for (Error &mistake : protectors.check(entry))
            mistakes.push_back(std::move(mistake));
      } catch (const Error &error) {
         mistakes.push_back(error);
      }
   }
}

} // namespace

int run(const ConfigShowCommand &, Session &session) {
   const Config &config = session.config();
   session.terminal().print(session.options().json ? to_json(config) : config_text(config));
   return 0;
}

int run(const ConfigCheckCommand &, Session &session) {
   ConfigSearch search;
   search.named = session.options().config;
   std::vector<Error> mistakes;
   const Config config = Config::load(search, mistakes);
   check_options(config, session, mistakes);

   for (const Error &mistake : mistakes)
      session.terminal().error(mistake);
   if (session.options().json) {
      session.terminal().print(checked_config_json(config, mistakes));
   } else if (mistakes.empty() && !session.options().quiet) {
      session.terminal().print(files_text(config) + "no mistakes\n");
   }
   return mistakes.empty() ? 0 : exit_code(ErrorCode::config_invalid);
}

int run(const ConfigSchemaCommand &, Session &session) {
   const Config none;
   const ProtectorSet protectors(none, session.prompter());
   std::map<std::string, std::string> schemas;
   for (const auto &[id, path] : protectors.plugins().installed()) {
      try {
         schemas[id] =
               settings_schema(protectors.plugins().load(id, default_isolation(id)).descriptor());
      } catch (const Error &error) {
         session.terminal().warning(printable(error.message()));
      }
   }
   session.terminal().print(config_schema(schemas) + "\n");
   return 0;
}

} // namespace keyseat::cli
