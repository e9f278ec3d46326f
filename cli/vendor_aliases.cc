// SPDX-License-Identifier: Apache-2.0
#include "cli/vendor_aliases.h"

#include <keyseat/error.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace keyseat::cli {
namespace {

enum class Meaning { file, option_with_value, flag, nothing };

struct Alias {
   std::string_view name;
   Meaning meaning;
   std::string_view option; // of Keyseat; empty where it has none
};

constexpr std::array kAliases{
      Alias{"-File", Meaning::file, ""},
      Alias{"-DefinitionFile", Meaning::file, ""},
      Alias{"-Name", Meaning::option_with_value, "--expect-name"},
      Alias{"-IntegrationRuntimeName", Meaning::option_with_value, "--expect-runtime"},
      Alias{"-Force", Meaning::flag, "--force"},
      Alias{"-WhatIf", Meaning::flag, "--what-if"},
      Alias{"-ResourceGroupName", Meaning::nothing, ""},
      Alias{"-DataFactoryName", Meaning::nothing, ""},
      Alias{"-DataFactory", Meaning::nothing, ""},
};

const Alias *find_alias(std::string_view name) {
   const auto *const found =
         std::find_if(kAliases.begin(), kAliases.end(),
                      [&](const Alias &alias) { return equal_no_case(alias.name, name); });
   return found == kAliases.end() ? nullptr : found;
}

// PowerShell's -Switch:$true and -Switch:$false.
bool switch_value(const Alias &alias, std::string_view text) {
   if (text.starts_with('$')) text.remove_prefix(1);
   if (equal_no_case(text, "true")) return true;
   if (equal_no_case(text, "false")) return false;
   throw Error(ErrorCode::usage, fmt::format("{} takes :true or :false, or no value", alias.name));
}

// A file whose name begins with a dash shall not be read as an option.
std::string as_file(const std::string &value) {
   return value.size() > 1 && value.front() == '-' ? "./" + value : value;
}

} // namespace

RewrittenArguments rewrite_vendor_aliases(const std::vector<std::string> &arguments) {
   RewrittenArguments result;
   for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string &argument = arguments[i];
      if (argument == "--") {
         result.arguments.insert(result.arguments.end(),
                                 arguments.begin() + static_cast<std::ptrdiff_t>(i),
                                 arguments.end());
         break;
      }
      const std::size_t colon = argument.find(':');
      const Alias *alias = find_alias(std::string_view(argument).substr(0, colon));
      if (alias == nullptr) {
         result.arguments.push_back(argument);
         continue;
      }

      if (!alias->option.empty()) result.typed.emplace(alias->option, argument.substr(0, colon));
      const bool has_value = colon != std::string::npos;
      if (alias->meaning == Meaning::flag) {
         if (!has_value || switch_value(*alias, std::string_view(argument).substr(colon + 1)))
            result.arguments.emplace_back(alias->option);
         continue;
      }
      if (!has_value && i + 1 == arguments.size())
         throw Error(ErrorCode::usage, fmt::format("{} lacks its value", argument));
      const std::string value = has_value ? argument.substr(colon + 1) : arguments[++i];
      switch (alias->meaning) {
         case Meaning::file:
            result.arguments.push_back(as_file(value));
            break;
         case Meaning::nothing:
            result.ignored.emplace_back(alias->name);
            break;
         default:
            result.arguments.push_back(fmt::format("{}={}", alias->option, value));
      }
   }
   return result;
}

} // namespace keyseat::cli
