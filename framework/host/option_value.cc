// SPDX-License-Identifier: Apache-2.0
#include "host/option_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace keyseat {
namespace {

std::optional<SettingValue> parse_integer(std::string_view text) {
   std::int64_t value = 0;
   const char *const end = text.data() + text.size();
   const auto [stop, error] = std::from_chars(text.data(), end, value);
   if (error != std::errc() || stop != end) return std::nullopt;
   if (value < -kMaxInteger || value > kMaxInteger) return std::nullopt;
   return value;
}

} // namespace

std::vector<std::string> choices_of(const keyseat_option &option) {
   std::vector<std::string> choices;
   if (option.type != KEYSEAT_OPTION_ONE_OF) return choices;
   for (const char *const *choice = option.choices; *choice != nullptr; ++choice) {
      choices.emplace_back(*choice);
   }
   return choices;
}

std::string expected_value(const keyseat_option &option) {
   switch (option.type) {
      case KEYSEAT_OPTION_INTEGER:
         return "an integer";
      case KEYSEAT_OPTION_BOOLEAN:
         return "true or false";
      case KEYSEAT_OPTION_ONE_OF:
         return fmt::format("one of '{}'", fmt::join(choices_of(option), "', '"));
      case KEYSEAT_OPTION_STRING_LIST:
         return "a list of strings";
      default:
         return "a string";
   }
}

std::optional<SettingValue> parse_default(const keyseat_option &option, std::string_view text) {
   switch (option.type) {
      case KEYSEAT_OPTION_INTEGER:
         return parse_integer(text);
      case KEYSEAT_OPTION_BOOLEAN:
         if (text != "true" && text != "false") return std::nullopt;
         return text == "true";
      case KEYSEAT_OPTION_ONE_OF: {
         const std::vector<std::string> choices = choices_of(option);
         if (std::find(choices.begin(), choices.end(), text) == choices.end()) return std::nullopt;
         return std::string(text);
      }
      case KEYSEAT_OPTION_STRING_LIST:
         return std::nullopt;
      default:
         return std::string(text);
   }
}

bool has_type_of(const keyseat_option &option, const SettingValue &value) {
   switch (option.type) {
      case KEYSEAT_OPTION_INTEGER:
         return std::holds_alternative<std::int64_t>(value);
      case KEYSEAT_OPTION_BOOLEAN:
         return std::holds_alternative<bool>(value);
      case KEYSEAT_OPTION_STRING_LIST:
         return std::holds_alternative<std::vector<std::string>>(value);
      default:
         return std::holds_alternative<std::string>(value);
   }
}

bool is_path(const keyseat_option &option) {
   return (option.marks &
           (KEYSEAT_MARK_PATH_READ | KEYSEAT_MARK_PATH_WRITE | KEYSEAT_MARK_PATH_DEVICE)) != 0;
}

bool is_secret(const keyseat_option &option) { return (option.marks & KEYSEAT_MARK_SECRET) != 0; }

} // namespace keyseat
