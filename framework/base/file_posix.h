// SPDX-License-Identifier: Apache-2.0
//
// Files of Linux as descriptors: opening one, and what it is. For the POSIX sources of this room only.

#ifndef KEYSEAT_BASE_FILE_POSIX_H
#define KEYSEAT_BASE_FILE_POSIX_H

#include <filesystem>
#include <string_view>

#include "base/files.h"

struct stat; // sys/stat.h

namespace keyseat::platform {

// "cannot read 'x': why", about the file at `path`; `what` is the verb.
Error file_error(ErrorCode code, const char *what, const std::filesystem::path &path,
                 std::string_view why);

// Throws Error(io) for an errno.
[[noreturn]] void fail(const char *what, const std::filesystem::path &path, int error);

// open(2) that is not interrupted; -1 and errno otherwise.
int open_file(const std::filesystem::path &path, int flags);

// What stat(2) or fstat(2) has said.
FileFacts facts_of(const struct ::stat &raw);

} // namespace keyseat::platform

#endif
