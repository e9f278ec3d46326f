// SPDX-License-Identifier: Apache-2.0
//
// plugin list, info: what is installed, and what a library says of itself.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/worker_limits.h"
#include "driver/protector_set.h"
#include "host/capabilities.h"
#include "host/plugin.h"

namespace keyseat::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kChildTimeout = 10'000; // ms
constexpr int kFirstSignal = 128;

std::string option_type(std::uint32_t type) {
   static constexpr std::array kTypes{"string", "integer", "boolean", "one-of", "list"};
   return type < kTypes.size() ? kTypes[type] : "unknown";
}

std::vector<std::string> option_marks(std::uint32_t marks) {
   struct Mark {
      std::uint32_t bit;
      const char *name;
   };
   static constexpr std::array kMarks{
         Mark{KEYSEAT_MARK_PATH_READ, "path-read"},  Mark{KEYSEAT_MARK_PATH_WRITE, "path-write"},
         Mark{KEYSEAT_MARK_PATH_DEVICE, "device"},   Mark{KEYSEAT_MARK_ADDRESS, "address"},
         Mark{KEYSEAT_MARK_SECRET, "secret-source"},
   };
   std::vector<std::string> names;
   for (const Mark &mark : kMarks) {
      if ((marks & mark.bit) != 0) names.emplace_back(mark.name);
   }
   return names;
}

std::string text_or_empty(const char *text) { return text == nullptr ? "" : text; }

PluginOption describe(const keyseat_option &option) {
   PluginOption described;
   described.name = option.name;
   described.type = option_type(option.type);
   described.required = (option.marks & KEYSEAT_MARK_REQUIRED) != 0;
   if (option.default_value != nullptr) described.default_value = option.default_value;
   for (const char *const *choice = option.choices; choice != nullptr && *choice != nullptr;
        ++choice)
      described.choices.emplace_back(*choice);
   described.marks = option_marks(option.marks);
   described.description = text_or_empty(option.description);
   return described;
}

PluginReport describe(const Plugin &plugin) {
   const keyseat_descriptor &descriptor = plugin.descriptor();
   PluginReport report;
   report.id = text_or_empty(descriptor.id);
   report.name = text_or_empty(descriptor.name);
   report.vendor = text_or_empty(descriptor.vendor);
   report.version = text_or_empty(descriptor.version);
   report.description = text_or_empty(descriptor.description);
   report.license = text_or_empty(descriptor.license);
   report.url = text_or_empty(descriptor.url);
   report.capabilities = capability_names(descriptor.capabilities);
   for (const keyseat_option *const *option = descriptor.options;
        option != nullptr && *option != nullptr; ++option)
      report.options.push_back(describe(**option));
   report.path = path_text(plugin.facts().path);
   report.sha256 = plugin.facts().sha256;
   return report;
}

std::string option_text(const PluginOption &option) {
   std::string facts = option.type;
   if (!option.choices.empty()) facts = "one of " + printable_list(option.choices);
   if (!option.marks.empty()) facts += ", " + printable_list(option.marks);
   if (option.required) facts += ", required";
   if (option.default_value) facts += ", default " + printable(*option.default_value);
   return fmt::format("    {}  ({})\n        {}\n", printable(option.name), facts,
                      printable(option.description));
}

std::string report_text(const PluginReport &report) {
   std::string text = fmt::format("{} {} ({})\n", printable(report.name), printable(report.version),
                                  printable(report.id));
   const auto row = [&](std::string_view label, const std::string &value) {
      if (!value.empty()) text += fmt::format("  {:<10}{}\n", label, printable(value));
   };
   row("", report.description);
   row("vendor", report.vendor);
   row("licence", report.license);
   row("url", report.url);
   row("can be", printable_list(report.capabilities));
   row("file", report.path);
   row("sha256", report.sha256);
   text += "  options\n";
   for (const PluginOption &option : report.options)
      text += option_text(option);
   return text;
}

bool is_path(const std::string &plugin) {
   const fs::path path = path_of_text(plugin);
   return path.has_parent_path() || path.extension() == ".so" || path.extension() == ".dll";
}

// The SHA-256 that the configuration demands of a library; empty where it demands none.
std::string pin_of(const fs::path &path, const Config &config) {
   const auto pin = config.plugin_pins().find(path_text(path.stem()));
   return pin == config.plugin_pins().end() ? "" : pin->second;
}

// Loading a library runs its code: a process of its own bears what that code does.
PluginReport describe_in_child(const fs::path &path, Session &session) {
   session.terminal().note(
         fmt::format("'{}' is loaded, and so its code runs, in a process of its own",
                     printable(path_text(path))));
   std::vector<std::string> arguments{path_text(platform::executable_path()), "plugin",
                                      "describe-library",
                                      path_text(fs::absolute(path).lexically_normal())};
   if (std::string pin = pin_of(path, session.config()); !pin.empty())
      arguments.push_back(std::move(pin));
   const platform::ChildResult child = platform::run_child(arguments, kChildTimeout);
   if (child.timed_out) {
      throw Error(ErrorCode::plugin_defect, fmt::format("loading '{}' took more than {} seconds",
                                                        path_text(path), kChildTimeout / 1000));
   }
   if (child.exit_code >= kFirstSignal) {
      throw Error(ErrorCode::plugin_defect,
                  fmt::format("loading '{}' crashed (signal {})", path_text(path),
                              child.exit_code - kFirstSignal));
   }
   return parse_plugin_report(child.output);
}

} // namespace

int run(const PluginListCommand &, Session &session) {
   std::vector<InstalledPlugin> plugins;
   std::string text;
   for (const auto &[id, path] : session.driver().protectors().plugins().installed()) {
      InstalledPlugin plugin{id, path, {}, default_isolation(id).process};
      for (const ProtectorEntry &entry : session.config().protectors()) {
         if (entry.plugin == id) plugin.protectors.push_back(entry.name);
      }
      text += fmt::format("{:<16}  {}\n", id, printable(path_text(path)));
      if (plugin.isolated) text += fmt::format("{:<16}  runs in a worker process\n", "");
      if (!plugin.protectors.empty())
         text += fmt::format("{:<16}  used by {}\n", "", printable_list(plugin.protectors));
      plugins.push_back(std::move(plugin));
   }
   if (plugins.empty()) session.terminal().note("no plugin is installed");
   text += fmt::format("\nworker processes here: {}\n", worker_limits_text());
   session.terminal().print(session.options().json ? to_json(plugins) : text);
   return 0;
}

int run(const PluginInfoCommand &command, Session &session) {
   const PluginReport report = is_path(command.plugin)
                                     ? describe_in_child(path_of_text(command.plugin), session)
                                     : describe(session.driver().protectors().plugins().load(
                                             command.plugin, default_isolation(command.plugin)));
   session.terminal().print(session.options().json ? to_json(report) : report_text(report));
   return 0;
}

// Its parent reads the report, or why there is none, from standard output.
int run(const PluginDescribeCommand &command, Session &session) {
   std::string answer;
   try {
      PluginPlaces places;
      if (!command.pin.empty()) places.pins.emplace(path_text(command.path.stem()), command.pin);
      answer = to_json(describe(PluginRegistry(std::move(places)).load_file(command.path, {})));
   } catch (const Error &error) {
      answer = to_json(error);
   }
   session.terminal().print(answer);
   return 0;
}

} // namespace keyseat::cli
