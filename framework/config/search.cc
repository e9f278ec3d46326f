// SPDX-License-Identifier: Apache-2.0
#include "config/search.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "base/files.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

// A folder of that name is no configuration; anything else is, and has to explain itself.
bool has_file(const fs::path &path) {
   std::error_code ignored; // a path that cannot be looked at holds no configuration of ours
   const fs::file_status status = fs::status(path, ignored);
   return fs::exists(status) && !fs::is_directory(status);
}

bool is_same_file(const fs::path &a, const fs::path &b) {
   std::error_code ignored; // of a file that is gone: not the same
   return fs::equivalent(a, b, ignored);
}

void fill_in(ConfigSearch &search) {
   if (search.working_folder.empty()) search.working_folder = ".";
   if (search.user_folder.empty()) search.user_folder = platform::user_config_folder();
   if (search.system_folder.empty()) search.system_folder = platform::system_config_folder();
}

std::optional<ConfigFile> nearest_file(const ConfigSearch &search) {
   if (search.named) {
      if (!has_file(*search.named)) {
         throw Error(ErrorCode::config_invalid, fmt::format("there is no configuration '{}'",
                                                            printable(path_text(*search.named))))
               .hint("check the path that --config names")
               .in_file(path_text(*search.named));
      }
      return ConfigFile{fs::canonical(*search.named), ConfigLayer::named, true, {}};
   }
   const auto found = find_upwards(search.working_folder, platform::home_folder());
   if (!found) return std::nullopt;
   return ConfigFile{*found, ConfigLayer::found, false, {}};
}

std::vector<ConfigFile> common_files(const ConfigSearch &search) {
   std::vector<ConfigFile> files;
   const std::pair<fs::path, ConfigLayer> places[] = {{search.user_folder, ConfigLayer::user},
                                                      {search.system_folder, ConfigLayer::system}};
   for (const auto &[folder, layer] : places) {
      if (folder.empty()) continue;
      const fs::path file = folder / kConfigFileName;
      if (has_file(file)) files.push_back({fs::canonical(file), layer, true, {}});
   }
   return files;
}

} // namespace

std::optional<fs::path> find_upwards(const fs::path &start, const fs::path &home) {
   std::error_code error;
   fs::path folder = fs::canonical(start, error);
   if (error) {
      throw Error(ErrorCode::io, fmt::format("cannot look for a configuration in '{}': {}",
                                             printable(path_text(start)), error.message()))
            .in_file(path_text(start));
   }
   for (;; folder = folder.parent_path()) {
      const fs::path candidate = folder / kConfigFileName;
      if (has_file(candidate)) return fs::canonical(candidate);
      std::error_code ignored; // no repository's root that this user can see
      const bool is_end = fs::exists(folder / ".git", ignored) || is_same_file(folder, home) ||
                          folder == folder.root_path();
      if (is_end) return std::nullopt;
   }
}

std::vector<ConfigFile> find_config_files(ConfigSearch &search) {
   fill_in(search);
   std::vector<ConfigFile> candidates = common_files(search);
   if (auto nearest = nearest_file(search)) candidates.insert(candidates.begin(), *nearest);

   std::vector<ConfigFile> files;
   for (auto file = candidates.begin(); file != candidates.end(); ++file) {
      bool again = false;
      for (auto other = file + 1; other != candidates.end(); ++other) {
         again = again || is_same_file(file->path, other->path);
      }
      if (!again) files.push_back(*file);
   }
   return files;
}

FileCheck owner_and_mode_check(const fs::path &file) {
   return [file](const FileFacts &facts) {
      const auto refuse = [&](const std::string &why, std::string hint) {
         throw Error(ErrorCode::config_invalid,
                     fmt::format("configuration '{}' {}", printable(path_text(file)), why))
               .hint(std::move(hint))
               .in_file(path_text(file));
      };
      if (!facts.owned_by_me && !facts.owned_by_root) {
         refuse("belongs to another user, who could change who reads your credentials",
                fmt::format("look at it, then take it over: {}; or name it yourself with --config",
                            platform::command_to_take_over(file)));
      }
      if (facts.writable_by_others) {
         refuse("can be changed by other users, and with it who reads your credentials",
                platform::command_to_forbid_writing(file));
      }
   };
}

} // namespace keyseat
