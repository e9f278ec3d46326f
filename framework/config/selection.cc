// SPDX-License-Identifier: Apache-2.0
//
// Which protectors and which binding apply to a definition.
#include <keyseat/config.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>

#include "base/nearest_name.h"
#include "base/path_text.h"
#include "base/text.h"
#include "config/names.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

constexpr const char *kDefaultBinding = "target";

bool matches_any(std::string_view text, const std::vector<std::string> &patterns) {
   return patterns.empty() ||
          std::any_of(patterns.begin(), patterns.end(),
                      [&](const auto &pattern) { return matches_glob(text, pattern, true); });
}

// A path without links, as far as it is there; as it is given where that cannot be found out.
fs::path resolved(const fs::path &path) {
   std::error_code error;
   fs::path result = fs::weakly_canonical(path, error);
   return error ? path.lexically_normal() : result;
}

// An absolute pattern looks at the absolute path, another at the path from the rule's own folder.
// Standard input has no path, and a file outside of that folder none from there.
bool matches_path(const DefinitionFacts &facts, const Rule &rule) {
   if (rule.path.empty()) return true;
   if (facts.file.empty()) return false;
   const fs::path file = resolved(facts.file);
   const fs::path from_rule =
         file.lexically_relative(resolved(path_of_text(rule.place.file).parent_path()));
   const bool is_below = !from_rule.empty() && *from_rule.begin() != "..";
   return std::any_of(rule.path.begin(), rule.path.end(), [&](const std::string &pattern) {
      if (path_of_text(pattern).is_absolute()) {
         return matches_glob(generic_path_text(file), pattern, false);
      }
      return is_below && matches_glob(generic_path_text(from_rule), pattern, false);
   });
}

bool matches(const DefinitionFacts &facts, const Rule &rule) {
   return matches_any(facts.integration_runtime, rule.integration_runtime) &&
          matches_any(facts.type, rule.type) && matches_any(facts.name, rule.name) &&
          matches_path(facts, rule);
}

// What is taken when nobody asks for a binding: the default, unless the policy wants more.
std::string default_binding(const Policy &policy) {
   const std::string least = policy.least_binding.value_or(kDefaultBinding);
   return binding_strength(least) > binding_strength(kDefaultBinding) ? least : kDefaultBinding;
}

} // namespace

Selection Config::select(const DefinitionFacts &facts) const {
   Selection selection;
   selection.binding = default_binding(policy_);
   const auto rule = std::find_if(rules_.begin(), rules_.end(),
                                  [&](const Rule &r) { return matches(facts, r); });
   if (rule != rules_.end()) {
      selection.protect = rule->protect;
      selection.rule = rule->place;
      if (rule->binding) {
         check_binding(*rule->binding, rule->place);
         selection.binding = *rule->binding;
      }
   }
   for (const std::string &required : policy_.require) {
      const auto &names = selection.protect;
      if (std::find(names.begin(), names.end(), required) == names.end()) {
         selection.protect.push_back(required);
      }
   }
   return selection;
}

void Config::check_binding(std::string_view binding, const Place &asked_at) const {
   if (!is_binding(binding)) {
      throw Error(ErrorCode::usage,
                  fmt::format("'{}' is no binding; there are {}", printable(binding),
                              fmt::join(binding_words(), ", ")))
            .hint(did_you_mean(binding, binding_words()))
            .at(asked_at);
   }
   if (!policy_.least_binding) return;
   if (binding_strength(binding) >= binding_strength(*policy_.least_binding)) return;
   throw Error(ErrorCode::config_invalid,
               fmt::format("binding '{}' is less than the system's policy allows: '{}'", binding,
                           *policy_.least_binding))
         .hint(fmt::format("ask for '{}' or more", *policy_.least_binding))
         .at(asked_at);
}

} // namespace keyseat
