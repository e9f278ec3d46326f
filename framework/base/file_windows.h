// SPDX-License-Identifier: Apache-2.0
//
// Files of Windows as handles: opening what exists, and what it is. For the Windows sources of this room
// only.

#ifndef KEYSEAT_BASE_FILE_WINDOWS_H
#define KEYSEAT_BASE_FILE_WINDOWS_H

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/handle_windows.h"

namespace keyseat::platform {

// Bytes that one call of ReadFile() or WriteFile() is asked for at most: they count in 32 bits.
inline constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;

// `access` is of FILE_*. Everybody else may do everything with it. A folder opens too, and is told by kind_of();
// without such a file the result is not open, and GetLastError() says why.
Handle open_existing(const std::wstring &name, std::uint32_t access);

// What it takes to ask for kind, owner and DACL of a file, and for nothing in it.
std::uint32_t access_to_facts() noexcept;

struct FileKind {
   bool is_folder = false;
   bool is_regular = false; // neither set: a device or a pipe
   std::uint64_t size = 0;
   std::uint32_t attributes = 0; // FILE_ATTRIBUTE_*
};

FileKind kind_of(void *file);

// The whole name of an open file, with links followed: \\?\C:\... Throws Error(io) about `path`.
std::wstring final_name(void *file, const std::filesystem::path &path);

} // namespace keyseat::platform

#endif
