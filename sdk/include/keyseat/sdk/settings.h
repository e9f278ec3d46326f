// SPDX-License-Identifier: Apache-2.0
//
// Option: one row of a plugin's option table. Settings: the checked values that open() receives.

#ifndef KEYSEAT_SDK_SETTINGS_H
#define KEYSEAT_SDK_SETTINGS_H

#include <keyseat/plugin/option.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat::sdk {

// One row of the option table (keyseat_option). Meant for constant tables.
struct Option {
   const char *name;        // kebab-case
   const char *description; // one sentence
   std::uint32_t type = KEYSEAT_OPTION_STRING;
   std::uint32_t marks = 0;                // KEYSEAT_MARK_*
   const char *default_value = nullptr;    // as text
   std::vector<const char *> choices = {}; // for ONE_OF
};

// The settings of one open(), borrowed for that call. The host has checked them (R-HST-2).
class Settings {
 public:
   Settings(const keyseat_setting *settings, std::size_t size) : settings_(settings), size_(size) {}

   // The value of a STRING or ONE_OF option; none when it is not set and has no default.
   std::optional<std::string> text(std::string_view name) const {
      const keyseat_setting *found = find(name);
      if (found == nullptr || found->text_size == 0) return std::nullopt;
      return std::string(found->text[0].data, found->text[0].size);
   }

   // The value of an INTEGER option.
   std::optional<std::int64_t> integer(std::string_view name) const {
      const keyseat_setting *found = find(name);
      return found == nullptr ? std::nullopt : std::optional(found->integer);
   }

   // The value of a BOOLEAN option; false when it is not set and has no default.
   bool flag(std::string_view name) const {
      const keyseat_setting *found = find(name);
      return found != nullptr && found->integer != 0;
   }

   // The value of a STRING_LIST option; empty when it is not set.
   std::vector<std::string> list(std::string_view name) const {
      std::vector<std::string> values;
      if (const keyseat_setting *found = find(name)) {
         for (std::size_t i = 0; i < found->text_size; ++i) {
            values.emplace_back(found->text[i].data, found->text[i].size);
         }
      }
      return values;
   }

   // Whether the option was configured, rather than left to its default.
   bool is_configured(std::string_view name) const {
      const keyseat_setting *found = find(name);
      return found != nullptr && found->is_default == 0;
   }

 private:
   const keyseat_setting *find(std::string_view name) const {
      for (std::size_t i = 0; i < size_; ++i) {
         if (name == settings_[i].name) return &settings_[i];
      }
      return nullptr;
   }

   const keyseat_setting *settings_;
   std::size_t size_;
};

} // namespace keyseat::sdk

#endif
