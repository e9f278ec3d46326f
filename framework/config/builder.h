// SPDX-License-Identifier: Apache-2.0
//
// ConfigBuilder: merges the files of all layers into a Config.

#ifndef KEYSEAT_CONFIG_BUILDER_H
#define KEYSEAT_CONFIG_BUILDER_H

#include <keyseat/config.h>

#include <optional>
#include <vector>

#include "config/file_content.h"
#include "config/key_files.h"
#include "config/mistakes.h"

namespace keyseat {

class ConfigBuilder {
 public:
   // Adds what is wrong to `mistakes`. Throws as Config::load() does, but for mistakes inside of files.
   static Config build(ConfigSearch search, std::vector<Error> &mistakes);

 private:
   void read(ConfigFile file, const std::filesystem::path &user_folder);
   void check_redefinitions();
   void check_protectors_used();
   Config merge();
   const ProtectorEntry *defined_from(std::size_t first, std::string_view name) const;

   Mistakes mistakes_;
   bool complete_ = true;              // no file failed as a whole
   std::vector<ConfigFile> files_;     // nearest first
   std::vector<FileContent> contents_; // of those that could be read
   KeyFileStates key_pins_;            // of the found file, if it is trusted
};

} // namespace keyseat

#endif
