// SPDX-License-Identifier: Apache-2.0
//
// Windows: folders. The C++ library of MinGW-w64 takes a folder of more than 260 characters for an empty one, and
// follows links of folders.

#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat::platform {

namespace fs = std::filesystem;

namespace {

struct CloseSearch {
   void operator()(void *search) const noexcept { ::FindClose(search); }
};

// Links of files and folders, and mount points; not files that are merely stored elsewhere, as OneDrive's.
bool is_link(const WIN32_FIND_DATAW &found) {
   return (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 &&
          IsReparseTagNameSurrogate(found.dwReserved0);
}

} // namespace

// As NTFS compares: each code unit by itself, whatever the language.
fs::path without_case(const fs::path &path) {
   const std::wstring &name = path.native();
   std::wstring capitals(name.size(), L'\0');
   const int size = static_cast<int>(name.size());
   if (size == 0 || ::LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_UPPERCASE, name.data(), size,
                                    capitals.data(), size, nullptr, nullptr, 0) != size) {
      return path;
   }
   return capitals;
}

std::vector<FolderEntry> folder_entries(const fs::path &folder) {
   const auto fail_walking = [&](DWORD error) {
      const std::string name = path_text(folder);
      return Error(ErrorCode::io, fmt::format("cannot walk '{}': {}", printable(name),
                                              sdk::windows::error_text(error)))
            .in_file(name);
   };
   std::vector<FolderEntry> entries;
   WIN32_FIND_DATAW found{};
   const std::wstring pattern = sdk::windows::long_path((folder / L"*").native());
   HANDLE first = ::FindFirstFileExW(pattern.c_str(), FindExInfoBasic, &found,
                                     FindExSearchNameMatch, nullptr, FIND_FIRST_EX_LARGE_FETCH);
   if (first == INVALID_HANDLE_VALUE) {
      const DWORD error = ::GetLastError();
      if (error == ERROR_FILE_NOT_FOUND && is_folder(folder))
         return entries; // a drive's empty root
      throw fail_walking(error);
   }
   const std::unique_ptr<void, CloseSearch> search(first);
   do {
      const std::wstring_view name = found.cFileName;
      if (name == L"." || name == L"..") continue;
      const bool is_folder = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
      const bool is_device = (found.dwFileAttributes & FILE_ATTRIBUTE_DEVICE) != 0;
      entries.push_back({folder / name, !is_link(found) && is_folder,
                         !is_link(found) && !is_folder && !is_device});
   } while (::FindNextFileW(search.get(), &found) != 0);
   if (const DWORD error = ::GetLastError(); error != ERROR_NO_MORE_FILES)
      throw fail_walking(error);
   return entries;
}

bool is_folder(const fs::path &path) noexcept {
   try {
      const DWORD attributes = ::GetFileAttributesW(sdk::windows::long_path(path.native()).c_str());
      return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
   } catch (const std::exception &) {
      return false; // no such name
   }
}

std::error_code make_folders(const fs::path &folder) {
   if (folder.empty() || is_folder(folder)) return {};
   if (folder.has_relative_path() && folder.parent_path() != folder) {
      if (const std::error_code error = make_folders(folder.parent_path())) return error;
   }
   const std::wstring name = sdk::windows::long_path(folder.native());
   if (::CreateDirectoryW(name.c_str(), nullptr) != 0) return {};
   const auto error = static_cast<int>(::GetLastError());
   if (is_folder(folder)) return {}; // it ends in a slash, or somebody else has made it
   return {error, std::system_category()};
}

} // namespace keyseat::platform
