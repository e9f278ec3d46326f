// SPDX-License-Identifier: Apache-2.0
//
// KeptSettings: a copy of the settings of an open(), which are borrowed, for a worker that is started
// later.

#ifndef KEYSEAT_HOST_KEPT_SETTINGS_H
#define KEYSEAT_HOST_KEPT_SETTINGS_H

#include <keyseat/plugin/option.h>

#include <cstdint>
#include <string>
#include <vector>

#include "host/messages.h"

namespace keyseat {

class KeptSettings {
 public:
   KeptSettings(const keyseat_setting *settings, std::size_t size) {
      for (std::size_t i = 0; i < size; ++i) {
         const keyseat_setting &setting = settings[i];
         Kept kept{setting.name, setting.type, setting.is_default != 0, setting.integer, {}};
         for (std::size_t j = 0; j < setting.text_size; ++j)
            kept.texts.emplace_back(setting.text[j].data, setting.text[j].size);
         kept_.push_back(std::move(kept));
      }
   }

   // Views of the copy.
   std::vector<SettingFields> fields() const {
      std::vector<SettingFields> fields;
      for (const Kept &kept : kept_) {
         fields.push_back({kept.name,
                           kept.type,
                           kept.is_default,
                           static_cast<std::uint64_t>(kept.integer),
                           {kept.texts.begin(), kept.texts.end()}});
      }
      return fields;
   }

 private:
   struct Kept {
      std::string name;
      std::uint32_t type;
      bool is_default;
      std::int64_t integer;
      std::vector<std::string> texts;
   };
   std::vector<Kept> kept_;
};

} // namespace keyseat

#endif
