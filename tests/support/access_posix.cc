// SPDX-License-Identifier: Apache-2.0
#include "support/access.h"

namespace keyseat::test {

namespace fs = std::filesystem;

namespace {

// Folders are entered by whoever may read them.
void set_mode(const fs::path &path, unsigned file, unsigned folder) {
   fs::permissions(path, fs::perms(fs::is_directory(path) ? folder : file));
}

} // namespace

void keep_to_owner(const fs::path &path) { set_mode(path, 0600, 0700); }
void let_others_read(const fs::path &path) { set_mode(path, 0644, 0755); }
void let_others_write(const fs::path &path) { set_mode(path, 0666, 0777); }

bool is_for_owner_only(const fs::path &path) {
   return (fs::status(path).permissions() & fs::perms(0077)) == fs::perms::none;
}

bool others_may_write(const fs::path &path) {
   return (fs::status(path).permissions() & fs::perms(0022)) != fs::perms::none;
}

} // namespace keyseat::test
