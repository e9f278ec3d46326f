// SPDX-License-Identifier: Apache-2.0
#include "host/settings.h"

#include <keyseat/error.h>

#include <utility>

#include "base/path_text.h"
#include "host/option_value.h"
#include "host/plugin_error.h"
#include "host/secret_source.h"

namespace keyseat {
namespace {

void require_no_mistakes(const keyseat_descriptor &descriptor, const Settings &settings) {
   std::vector<Error> errors;
   for (const SettingMistake &mistake : check_settings(descriptor, settings)) {
      errors.push_back(Error(ErrorCode::config_invalid, mistake.message)
                             .hint(mistake.hint)
                             .at(Place{.file = {}, .pointer = pointer_to(mistake.option)}));
   }
   if (errors.empty()) return;
   Error first = std::move(errors.front());
   errors.erase(errors.begin());
   throw std::move(first).with(std::move(errors));
}

std::string absolute(const std::string &text, const std::filesystem::path &folder) {
   return path_text((folder / path_of_text(text)).lexically_normal());
}

// The configured value or else the default; none when there is neither.
std::optional<SettingValue> value_of(const keyseat_option &option, const Settings &settings) {
   if (const auto found = settings.find(option.name); found != settings.end()) {
      return found->second;
   }
   if (option.default_value == nullptr) return std::nullopt;
   return parse_default(option, option.default_value);
}

// The texts of a string or a list of strings; none of others.
std::vector<std::string> texts_of(const SettingValue &value) {
   if (const auto *text = std::get_if<std::string>(&value)) return {*text};
   if (const auto *list = std::get_if<std::vector<std::string>>(&value)) return *list;
   return {};
}

std::int64_t integer_of(const SettingValue &value) {
   if (const auto *integer = std::get_if<std::int64_t>(&value)) return *integer;
   if (const auto *flag = std::get_if<bool>(&value)) return *flag ? 1 : 0;
   return 0;
}

} // namespace

OpenSettings::OpenSettings(const keyseat_descriptor &descriptor, const Settings &settings,
                           const std::filesystem::path &folder) {
   require_no_mistakes(descriptor, settings);
   for (const keyseat_option *const *each = descriptor.options; *each != nullptr; ++each) {
      const keyseat_option &option = **each;
      const std::optional<SettingValue> value = value_of(option, settings);
      if (!value) continue;
      if (is_secret(option)) {
         const auto &source = std::get<std::string>(*value);
         secret_sources_[option.name] = is_path_source(source) ? absolute(source, folder) : source;
         continue;
      }
      auto &views = *texts_.emplace_back(std::make_unique<std::vector<keyseat_text>>());
      for (const std::string &text : texts_of(*value)) {
         const auto &kept = *strings_.emplace_back(
               std::make_unique<std::string>(is_path(option) ? absolute(text, folder) : text));
         views.push_back({kept.c_str(), kept.size()});
      }
      keyseat_setting setting{};
      setting.type = option.type;
      setting.is_default = settings.find(option.name) == settings.end() ? 1 : 0;
      setting.integer = integer_of(*value);
      setting.name = option.name;
      setting.text = views.data();
      setting.text_size = views.size();
      settings_.push_back(setting);
   }
}

const std::string *OpenSettings::secret_source(std::string_view option) const {
   const auto found = secret_sources_.find(option);
   return found == secret_sources_.end() ? nullptr : &found->second;
}

} // namespace keyseat
