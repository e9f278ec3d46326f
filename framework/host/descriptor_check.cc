// SPDX-License-Identifier: Apache-2.0
#include "host/descriptor_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "host/foreign_text.h"
#include "host/names.h"
#include "host/option_value.h"

namespace keyseat {
namespace {

// A table that does not end is not followed any further.
constexpr std::size_t kMaxOptions = 256;
constexpr std::size_t kMaxChoices = 256;
constexpr std::uint32_t kMaxStructSize = 4096; // beyond any growth: garbage

std::string size_breach(std::string_view what, std::uint32_t size, std::size_t least) {
   return fmt::format("has {} of {} bytes, where {} to {} are possible", what, size, least,
                      kMaxStructSize);
}

// What is wrong with a text, as the end of a sentence.
std::string text_breach(std::string_view what, const char *text) {
   if (text == nullptr || *text == '\0') return fmt::format("has no {}", what);
   const std::string_view view = bounded(text, KEYSEAT_MAX_TEXT);
   if (view.size() > KEYSEAT_MAX_TEXT) return fmt::format("has an overlong {}", what);
   return is_printable(view) ? "" : fmt::format("has a {} that is not printable UTF-8", what);
}

std::string optional_text_breach(std::string_view what, const char *text) {
   return text == nullptr ? "" : text_breach(what, text);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// MAJOR.MINOR.PATCH and whatever follows behind '-' or '+' (semver.org).
bool is_semantic_version(std::string_view text) {
   for (int part = 0; part < 3; ++part) {
      if (part > 0) {
         if (text.empty() || text.front() != '.') return false;
         text.remove_prefix(1);
      }
      const auto *const end = std::find_if_not(text.begin(), text.end(), is_digit);
      if (end == text.begin()) return false;
      text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
   }
   return text.empty() || text.front() == '-' || text.front() == '+';
}

std::string choices_breach(const keyseat_option &option) {
   if (option.type != KEYSEAT_OPTION_ONE_OF) {
      return option.choices == nullptr ? "" : "has choices, and is none of ONE_OF";
   }
   if (option.choices == nullptr || *option.choices == nullptr) return "has no choices";
   std::set<std::string_view> seen;
   for (const char *const *choice = option.choices; *choice != nullptr; ++choice) {
      if (seen.size() == kMaxChoices) return "has too many choices";
      if (std::string breach = text_breach("choice", *choice); !breach.empty()) return breach;
      if (!seen.insert(*choice).second) return fmt::format("has the choice '{}' twice", *choice);
   }
   return {};
}

std::string default_breach(const keyseat_option &option) {
   if (option.default_value == nullptr) return {};
   const std::string_view text = bounded(option.default_value, KEYSEAT_MAX_TEXT);
   if (text.size() > KEYSEAT_MAX_TEXT || !is_printable(text)) {
      return "has a default that is overlong or not printable UTF-8";
   }
   if (parse_default(option, text)) return {};
   return fmt::format("has the default '{}', and should have {}", text, expected_value(option));
}

std::string marks_breach(const keyseat_option &option) {
   const bool is_text =
         option.type == KEYSEAT_OPTION_STRING || option.type == KEYSEAT_OPTION_STRING_LIST;
   if (is_secret(option) && option.type != KEYSEAT_OPTION_STRING) {
      return "is marked as a secret's source, and is no string";
   }
   if (is_path(option) && !is_text) return "is marked as a path, and is no string";
   return {};
}

// How an option other than its name breaks the contract; the name is fine.
std::string option_body_breach(const keyseat_option &option) {
   if (option.type > KEYSEAT_OPTION_STRING_LIST) {
      return fmt::format("has the unknown type {}", option.type);
   }
   if (option.reserved != 0) return "has reserved bits set";
   if (std::string breach = text_breach("description", option.description); !breach.empty()) {
      return breach;
   }
   if (std::string breach = choices_breach(option); !breach.empty()) return breach;
   if (std::string breach = default_breach(option); !breach.empty()) return breach;
   return marks_breach(option);
}

std::string options_breach(const keyseat_descriptor &descriptor) {
   if (descriptor.options == nullptr) return "has no option table";
   std::set<std::string_view> names;
   for (const keyseat_option *const *each = descriptor.options; *each != nullptr; ++each) {
      const keyseat_option &option = **each;
      if (names.size() == kMaxOptions) return "has too many options";
      if (!KEYSEAT_HAS(keyseat_option, &option, choices) || option.struct_size > kMaxStructSize) {
         return size_breach("an option", option.struct_size, sizeof option);
      }
      if (option.name == nullptr || !is_kebab_case(bounded(option.name, kMaxOptionName))) {
         return fmt::format("has an option with the name '{}'", foreign_text(option.name));
      }
      if (!names.insert(option.name).second) {
         return fmt::format("has the option '{}' twice", option.name);
      }
      if (std::string breach = option_body_breach(option); !breach.empty()) {
         return fmt::format("has an option '{}' that {}", option.name, breach);
      }
   }
   return {};
}

std::string identity_breach(const keyseat_descriptor &descriptor, std::string_view file_id) {
   if (descriptor.id == nullptr || !is_plugin_id(bounded(descriptor.id, kMaxPluginId))) {
      return fmt::format("has the id '{}'", foreign_text(descriptor.id));
   }
   if (descriptor.id != file_id) {
      return fmt::format("has the id '{}', which is not its file's name", descriptor.id);
   }
   for (const std::string &breach :
        {text_breach("name", descriptor.name), text_breach("vendor", descriptor.vendor),
         text_breach("version", descriptor.version),
         text_breach("description", descriptor.description),
         optional_text_breach("license", descriptor.license),
         optional_text_breach("url", descriptor.url)}) {
      if (!breach.empty()) return breach;
   }
   if (!is_semantic_version(descriptor.version)) {
      return fmt::format("has the version '{}', which is no semantic version", descriptor.version);
   }
   return {};
}

} // namespace

std::string descriptor_breach(const keyseat_descriptor *descriptor, std::string_view file_id) {
   if (descriptor == nullptr) return "has no descriptor";
   if (!KEYSEAT_HAS(keyseat_descriptor, descriptor, draft)) return "has an empty descriptor";
   if (descriptor->draft != KEYSEAT_DRAFT) {
      return fmt::format("was built for draft {} of the contract, and this host takes draft {}",
                         descriptor->draft, KEYSEAT_DRAFT);
   }
   if (!KEYSEAT_HAS(keyseat_descriptor, descriptor, get_extension) ||
       descriptor->struct_size > kMaxStructSize) {
      return size_breach("a descriptor", descriptor->struct_size, sizeof *descriptor);
   }
   if (descriptor->reserved != 0) return "has reserved bits set in its descriptor";
   if (descriptor->open == nullptr) return "has no function open";
   if (std::string breach = identity_breach(*descriptor, file_id); !breach.empty()) return breach;
   return options_breach(*descriptor);
}

} // namespace keyseat
