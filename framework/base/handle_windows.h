// SPDX-License-Identifier: Apache-2.0
//
// Handle: a handle of Windows that closes itself; and what its error codes become. For the Windows
// sources of this room only.

#ifndef KEYSEAT_BASE_HANDLE_WINDOWS_H
#define KEYSEAT_BASE_HANDLE_WINDOWS_H

#include <keyseat/error.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace keyseat::platform {

class Handle {
 public:
   explicit Handle(void *handle) noexcept : handle_(handle) {}
   Handle(Handle &&other) noexcept;
   Handle(const Handle &) = delete;
   Handle &operator=(const Handle &) = delete;
   Handle &operator=(Handle &&) = delete;
   ~Handle() { close(); }

   void *get() const noexcept { return handle_; }
   bool is_open() const noexcept; // neither null nor INVALID_HANDLE_VALUE
   void close() noexcept;         // twice is nothing

 private:
   void *handle_;
};

// "cannot read 'x.json': Access is denied".
Error file_error(ErrorCode code, const char *what, const std::filesystem::path &path,
                 std::string_view why);
[[noreturn]] void fail(const char *what, const std::filesystem::path &path, std::uint32_t error);

// A path as the wide functions take it, of any length. Throws Error(io) for one that is none.
std::wstring system_path(const char *what, const std::filesystem::path &path);

// Whether an error says that there is no such file.
bool is_absent(std::uint32_t error) noexcept;

} // namespace keyseat::platform

#endif
