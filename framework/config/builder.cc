// SPDX-License-Identifier: Apache-2.0
#include "config/builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/nearest_name.h"
#include "base/text.h"
#include "config/search.h"
#include "config/source_text.h"
#include "config/trust_check.h"

namespace keyseat {

Config ConfigBuilder::build(ConfigSearch search, std::vector<Error> &mistakes) {
   ConfigBuilder builder;
   for (ConfigFile &file : find_config_files(search)) {
      builder.read(std::move(file), search.user_folder);
   }
   builder.check_redefinitions();
   builder.check_protectors_used();
   for (Error &mistake : builder.mistakes_.take())
      mistakes.push_back(std::move(mistake));
   return builder.merge();
}

void ConfigBuilder::read(ConfigFile file, const std::filesystem::path &user_folder) {
   try {
      // Whoever names a file answers for it.
      const bool is_named = file.layer == ConfigLayer::named;
      const FileCheck check = is_named ? FileCheck() : owner_and_mode_check(file.path);
      const SourceText source(file.path, read_text(file.path, check));
      contents_.push_back(read_file_content(source, file.layer, mistakes_));
      if (file.layer == ConfigLayer::found) {
         TrustState state = compare_with_pin(source, contents_.back(), user_folder);
         file.trusted = state.trusted;
         file.why_untrusted = std::move(state.why);
         key_pins_ = std::move(state.key_files);
      }
      files_.push_back(std::move(file));
   } catch (const Error &error) {
      if (error.code() != ErrorCode::config_invalid) throw;
      mistakes_.add(error);
      complete_ = false;
   }
}

// The protector of that name in the first file that has it, from contents_[first] on.
const ProtectorEntry *ConfigBuilder::defined_from(std::size_t first, std::string_view name) const {
   for (; first < contents_.size(); ++first) {
      const auto &protectors = contents_[first].protectors;
      const auto found = std::find_if(protectors.begin(), protectors.end(),
                                      [&](const ProtectorEntry &p) { return p.name == name; });
      if (found != protectors.end()) return &*found;
   }
   return nullptr;
}

void ConfigBuilder::check_redefinitions() {
   for (std::size_t i = 0; i < contents_.size(); ++i) {
      for (const ProtectorEntry &protector : contents_[i].protectors) {
         const ProtectorEntry *other = defined_from(i + 1, protector.name);
         if (other == nullptr) continue;
         mistakes_.add(
               protector.place,
               fmt::format("protector '{}' is the {}'s already ({}:{}), and nobody below may "
                           "redefine it",
                           printable(protector.name), config_layer_name(other->layer),
                           printable(other->place.file), other->place.line),
               "remove it, or give it another name");
      }
   }
}

// Rules and policy name protectors of their own file or of a more trusted one: what a file means does
// not depend on where it is used from.
void ConfigBuilder::check_protectors_used() {
   if (!complete_) return; // the names may be in the file that could not be read
   for (std::size_t i = 0; i < contents_.size(); ++i) {
      for (const TextAt &used : contents_[i].protectors_used) {
         if (defined_from(i, used.text) != nullptr) continue;
         std::vector<std::string> names;
         for (std::size_t j = i; j < contents_.size(); ++j) {
            for (const ProtectorEntry &p : contents_[j].protectors)
               names.push_back(p.name);
         }
         mistakes_.add(
               used.place,
               fmt::format("there is no protector '{}' in this file or in a more trusted one",
                           printable(used.text)),
               did_you_mean(used.text, names));
      }
   }
}

Config ConfigBuilder::merge() {
   Config config;
   config.files_ = std::move(files_);
   config.key_pins_ = std::move(key_pins_);
   for (FileContent &content : contents_) {
      std::move(content.protectors.begin(), content.protectors.end(),
                std::back_inserter(config.protectors_));
      if (config.rules_.empty()) config.rules_ = std::move(content.rules);
      if (content.layer != ConfigLayer::system) continue;
      config.policy_ = std::move(content.policy);
      config.plugin_folders_ = std::move(content.plugin_folders);
      config.pins_ = std::move(content.plugin_pins);
   }
   return config;
}

} // namespace keyseat
