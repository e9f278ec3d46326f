// SPDX-License-Identifier: Apache-2.0
//
// ServerSettings: the settings of an open(), out of the frame that brought them.

#ifndef KEYSEAT_HOST_SERVER_SETTINGS_H
#define KEYSEAT_HOST_SERVER_SETTINGS_H

#include <keyseat/plugin/option.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/messages.h"

namespace keyseat {

// As the contract has them: with a NUL behind each text.
class ServerSettings {
 public:
   explicit ServerSettings(const std::vector<SettingFields> &fields) {
      for (const SettingFields &field : fields) {
         Kept &kept = *kept_.emplace_back(std::make_unique<Kept>());
         kept.name = field.name;
         kept.strings.assign(field.texts.begin(), field.texts.end());
         for (const std::string &string : kept.strings)
            kept.texts.push_back({string.c_str(), string.size()});
         keyseat_setting setting{};
         setting.type = field.type;
         setting.is_default = field.is_default ? 1 : 0;
         setting.integer = static_cast<std::int64_t>(field.integer);
         setting.name = kept.name.c_str();
         setting.text = kept.texts.data();
         setting.text_size = kept.texts.size();
         settings_.push_back(setting);
      }
   }

   const keyseat_setting *data() const { return settings_.data(); }
   std::size_t size() const { return settings_.size(); }

 private:
   struct Kept {
      std::string name;
      std::vector<std::string> strings;
      std::vector<keyseat_text> texts;
   };
   std::vector<std::unique_ptr<Kept>> kept_;
   std::vector<keyseat_setting> settings_;
};

} // namespace keyseat

#endif
