// SPDX-License-Identifier: Apache-2.0
//
// Who may use a file, set and seen in the same way everywhere: modes on POSIX, DACLs on Windows.

#ifndef KEYSEAT_TESTS_SUPPORT_ACCESS_H
#define KEYSEAT_TESTS_SUPPORT_ACCESS_H

#include <filesystem>

namespace keyseat::test {

// Access for the owner alone; for the owner, and others may read; others may read and write. Throw
// std::system_error.
void keep_to_owner(const std::filesystem::path &path);
void let_others_read(const std::filesystem::path &path);
void let_others_write(const std::filesystem::path &path);

// Whether others than the owner (and the system's administration) may read or write.
bool is_for_owner_only(const std::filesystem::path &path);
bool others_may_write(const std::filesystem::path &path);

} // namespace keyseat::test

#endif
