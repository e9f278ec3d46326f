// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/windows/rename.h>

#include <windows.h>

#include <cstring>
#include <vector>

namespace keyseat::sdk::windows {
namespace {

// FileRenameInfoEx, which MinGW's headers do not show.
constexpr auto kFileRenameInfoEx = static_cast<FILE_INFO_BY_HANDLE_CLASS>(22);

// The old file goes when the last of those who have it open closes it.
bool replace_at_once(const std::wstring &from, const std::wstring &to) {
   const std::size_t name_size = to.size() * sizeof(wchar_t);
   const std::size_t size = sizeof(FILE_RENAME_INFO) + name_size;
   std::vector<std::uint64_t> room(size / sizeof(std::uint64_t) + 1); // aligned
   auto *request = reinterpret_cast<FILE_RENAME_INFO *>(room.data());
   request->Flags = FILE_RENAME_FLAG_REPLACE_IF_EXISTS | FILE_RENAME_FLAG_POSIX_SEMANTICS;
   request->FileNameLength = static_cast<DWORD>(name_size); // in bytes
   std::memcpy(request->FileName, to.data(), name_size);
   HANDLE file =
         ::CreateFileW(from.c_str(), GENERIC_WRITE | DELETE, 0, nullptr, OPEN_EXISTING, 0, nullptr);
   if (file == INVALID_HANDLE_VALUE) return false;
   const bool done = ::SetFileInformationByHandle(file, kFileRenameInfoEx, request,
                                                  static_cast<DWORD>(size)) != 0;
   if (done) ::FlushFileBuffers(file); // its new name, too
   ::CloseHandle(file);
   return done;
}

} // namespace

std::uint32_t rename_file(const std::wstring &from, const std::wstring &to, bool replace) {
   constexpr int kAttempts = 10;
   constexpr DWORD kPause = 50; // ms
   if (replace && replace_at_once(from, to)) return ERROR_SUCCESS;
   const DWORD flags = MOVEFILE_WRITE_THROUGH | (replace ? MOVEFILE_REPLACE_EXISTING : 0);
   for (int attempt = 1;; ++attempt) {
      if (::MoveFileExW(from.c_str(), to.c_str(), flags) != 0) return ERROR_SUCCESS;
      const DWORD error = ::GetLastError();
      const bool may_pass = error == ERROR_SHARING_VIOLATION || error == ERROR_ACCESS_DENIED;
      if (!may_pass || attempt == kAttempts) return error;
      ::Sleep(kPause);
   }
}

} // namespace keyseat::sdk::windows
