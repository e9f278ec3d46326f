// SPDX-License-Identifier: Apache-2.0
//
// The mistakes in settings, each with what to do about it.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/nearest_name.h"
#include "base/utf8.h"
#include "host/foreign_text.h"
#include "host/option_value.h"
#include "host/secret_source.h"
#include "host/settings.h"

namespace keyseat {
namespace {

const keyseat_option *find_option(const keyseat_descriptor &descriptor, std::string_view name) {
   for (const keyseat_option *const *option = descriptor.options; *option != nullptr; ++option) {
      if (name == (*option)->name) return *option;
   }
   return nullptr;
}

std::vector<std::string> option_names(const keyseat_descriptor &descriptor) {
   std::vector<std::string> names;
   for (const keyseat_option *const *option = descriptor.options; *option != nullptr; ++option) {
      names.emplace_back((*option)->name);
   }
   return names;
}

SettingMistake unknown_option(const keyseat_descriptor &descriptor, const std::string &name) {
   const std::vector<std::string> names = option_names(descriptor);
   std::string hint = did_you_mean(name, names);
   if (hint.empty() && !names.empty()) {
      hint = fmt::format("its options are '{}'", fmt::join(names, "', '"));
   }
   if (hint.empty()) hint = "it has no options";
   return {name,
           fmt::format("the plugin '{}' has no option '{}'", descriptor.id, foreign_text(name)),
           std::move(hint)};
}

// What is wrong with a text, as the end of a sentence; empty when nothing is.
std::string text_mistake(const keyseat_option &option, std::string_view text) {
   if (is_secret(option)) return secret_source_mistake(text);
   if (text.find('\0') != std::string_view::npos) return "has a NUL inside";
   for (std::size_t at = 0; at < text.size();) {
      if (next_code_point(text, at) == kNoCodePoint) return "is not UTF-8";
   }
   if (is_path(option) && text.empty()) return "is empty, and should be a path";
   return {};
}

std::optional<SettingMistake> text_mistake_in(const keyseat_option &option, std::string_view text) {
   const std::string mistake = text_mistake(option, text);
   if (mistake.empty()) return std::nullopt;
   return SettingMistake{option.name, fmt::format("option '{}' {}", option.name, mistake),
                         is_secret(option) ? "a path, fd:N or credential:NAME" : ""};
}

std::optional<SettingMistake> choice_mistake(const keyseat_option &option,
                                             const std::string &choice) {
   const std::vector<std::string> choices = choices_of(option);
   if (std::find(choices.begin(), choices.end(), choice) != choices.end()) return std::nullopt;
   return SettingMistake{option.name,
                         fmt::format("option '{}' is '{}', and should be {}", option.name,
                                     foreign_text(choice), expected_value(option)),
                         did_you_mean(choice, choices)};
}

std::optional<SettingMistake> value_mistake(const keyseat_option &option,
                                            const SettingValue &value) {
   if (!has_type_of(option, value)) {
      return SettingMistake{
            option.name,
            fmt::format("option '{}' should be {}", option.name, expected_value(option)), ""};
   }
   if (const auto *integer = std::get_if<std::int64_t>(&value);
       integer != nullptr && (*integer < -kMaxInteger || *integer > kMaxInteger)) {
      return SettingMistake{option.name, fmt::format("option '{}' is beyond 2^53", option.name),
                            ""};
   }
   if (const auto *text = std::get_if<std::string>(&value)) {
      return option.type == KEYSEAT_OPTION_ONE_OF ? choice_mistake(option, *text)
                                                  : text_mistake_in(option, *text);
   }
   if (const auto *list = std::get_if<std::vector<std::string>>(&value)) {
      for (const std::string &text : *list) {
         if (auto mistake = text_mistake_in(option, text)) return mistake;
      }
   }
   return std::nullopt;
}

} // namespace

std::vector<SettingMistake> check_settings(const keyseat_descriptor &descriptor,
                                           const Settings &settings) {
   std::vector<SettingMistake> mistakes;
   for (const auto &[name, value] : settings) {
      const keyseat_option *option = find_option(descriptor, name);
      if (option == nullptr) {
         mistakes.push_back(unknown_option(descriptor, name));
      } else if (auto mistake = value_mistake(*option, value)) {
         mistakes.push_back(std::move(*mistake));
      }
   }
   for (const keyseat_option *const *option = descriptor.options; *option != nullptr; ++option) {
      const bool required = ((*option)->marks & KEYSEAT_MARK_REQUIRED) != 0;
      if (!required || (*option)->default_value != nullptr) continue;
      if (settings.find((*option)->name) != settings.end()) continue;
      mistakes.push_back({(*option)->name, fmt::format("option '{}' is missing", (*option)->name),
                          foreign_text((*option)->description)});
   }
   return mistakes;
}

} // namespace keyseat
