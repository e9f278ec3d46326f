// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat {

namespace fs = std::filesystem;

SecretBytes read_file(SecretMemory memory, const fs::path &path, std::size_t limit) {
   return platform::read_file(memory, path, limit);
}

SecretBytes read_regular_file(SecretMemory memory, const fs::path &path, std::size_t limit,
                              const FileCheck &check) {
   return platform::read_regular_file(memory, path, limit, check);
}

void write_file(const fs::path &path, BytesView content, const WriteOptions &options) {
   platform::write_file(path, content, options);
}

void write_stdout(BytesView content) { platform::write_stdout(content); }

std::optional<FileFacts> file_facts(const fs::path &path) { return platform::file_facts(path); }

bool is_folder(const fs::path &path) noexcept { return platform::is_folder(path); }

namespace {

void check_made(const fs::path &folder, const std::error_code &error) {
   if (!error) return;
   const std::string name = path_text(folder);
   throw Error(ErrorCode::io,
               fmt::format("cannot make the folder '{}': {}", printable(name), error.message()))
         .in_file(name);
}

} // namespace

void make_folders(const fs::path &folder) { check_made(folder, platform::make_folders(folder)); }

void make_private_folder(const fs::path &folder) {
   if (platform::is_folder(folder)) return;
   if (folder.has_parent_path()) make_folders(folder.parent_path());
   check_made(folder, platform::make_private_folder(folder));
}

namespace {

// Adds the *.json files of a folder to `found` and the folders in it to `folders`.
void look_into(const fs::path &folder, std::vector<fs::path> &found,
               std::vector<fs::path> &folders) {
   for (platform::FolderEntry &entry : platform::folder_entries(folder)) {
      if (entry.is_folder) {
         if (entry.path.filename() != ".git") folders.push_back(std::move(entry.path));
      } else if (entry.is_regular &&
                 ascii_lower(path_text(entry.path.filename())).ends_with(".json")) {
         found.push_back(std::move(entry.path));
      }
   }
}

} // namespace

std::vector<fs::path> json_files_below(const fs::path &folder) {
   std::vector<fs::path> found;
   std::vector<fs::path> folders{folder};
   while (!folders.empty()) {
      const fs::path next = std::move(folders.back());
      folders.pop_back();
      look_into(next, found, folders);
   }
   std::sort(found.begin(), found.end());
   return found;
}

} // namespace keyseat
