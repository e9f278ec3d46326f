// SPDX-License-Identifier: Apache-2.0
#include "host/library_trust.h"

#include <keyseat/error.h>

#include <fmt/format.h>

#include <optional>

#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat {
namespace {

std::optional<std::string> owner_of_executable() {
   const std::filesystem::path executable = platform::executable_path();
   if (executable.empty()) return std::nullopt;
   const std::optional<FileFacts> facts = file_facts(executable);
   return facts ? std::optional(facts->owner) : std::nullopt;
}

bool belongs_to_trusted(const FileFacts &facts) {
   return facts.owned_by_root || facts.owned_by_me || facts.owner == owner_of_executable();
}

std::string folder_distrust(const std::filesystem::path &folder, bool holds_the_file) {
   const std::optional<FileFacts> facts = file_facts(folder);
   const std::string name = printable(path_text(folder));
   if (!facts) return fmt::format("its folder {} is gone", name);
   if (!belongs_to_trusted(*facts)) {
      return fmt::format(
            "its folder {} belongs to somebody who is neither root, this user nor the "
            "owner of this program",
            name);
   }
   if (facts->writable_by_others && (holds_the_file || !facts->others_only_add)) {
      return fmt::format("others may write to its folder {}", name);
   }
   return {};
}

} // namespace

std::string distrust(const std::filesystem::path &path, const FileFacts &file) {
   if (!file.is_regular) return "it is no regular file";
   if (!belongs_to_trusted(file)) {
      return "it belongs to somebody who is neither root, this user nor the owner of this program";
   }
   if (file.writable_by_others) return "others may write to it";
   std::filesystem::path folder = path.parent_path();
   for (bool holds_the_file = true;; holds_the_file = false) {
      if (std::string why = folder_distrust(folder, holds_the_file); !why.empty()) return why;
      if (folder == folder.root_path()) return {};
      folder = folder.parent_path();
   }
}

} // namespace keyseat
