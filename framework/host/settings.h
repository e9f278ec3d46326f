// SPDX-License-Identifier: Apache-2.0
//
// Settings of a protector as a configuration gives them, checked against its plugin's option table.

#ifndef KEYSEAT_HOST_SETTINGS_H
#define KEYSEAT_HOST_SETTINGS_H

#include <keyseat/plugin/descriptor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace keyseat {

using SettingValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;
using Settings = std::map<std::string, SettingValue, std::less<>>;

// A mistake in one option.
struct SettingMistake {
   std::string option; // its name, as configured
   std::string message;
   std::string hint; // "did you mean 'key'?"; may be empty
};

// All mistakes of `settings` against the table: unknown names, wrong types, values that are none of
// the choices, required ones that are missing. Empty when there are none.
std::vector<SettingMistake> check_settings(const keyseat_descriptor &descriptor,
                                           const Settings &settings);

// Checked settings in the form that open() takes (R-HST-2): defaults filled in, paths absolute
// (relative ones are relative to `folder`), options marked SECRET left out: their values, the
// sources, stay with the host. Immovable: the C structs point into it.
class OpenSettings {
 public:
   // Throws Error(config_invalid) with the mistakes.
   OpenSettings(const keyseat_descriptor &descriptor, const Settings &settings,
                const std::filesystem::path &folder);
   OpenSettings(const OpenSettings &) = delete;
   OpenSettings &operator=(const OpenSettings &) = delete;
   ~OpenSettings() = default;

   const keyseat_setting *data() const { return settings_.data(); }
   std::size_t size() const { return settings_.size(); }

   // Where the secret of an option comes from; null when none is configured.
   const std::string *secret_source(std::string_view option) const;

 private:
   std::vector<keyseat_setting> settings_;
   std::map<std::string, std::string, std::less<>> secret_sources_;
   std::vector<std::unique_ptr<std::vector<keyseat_text>>> texts_;
   std::vector<std::unique_ptr<std::string>> strings_;
};

// The JSON Schema (draft 2020-12) of a plugin's `config` object, for editors.
std::string settings_schema(const keyseat_descriptor &descriptor);

} // namespace keyseat

#endif
