// SPDX-License-Identifier: Apache-2.0
//
// Windows only: giving a file another name at once. Part of the library KeyseatSDK::jose.

#ifndef KEYSEAT_SDK_WINDOWS_RENAME_H
#define KEYSEAT_SDK_WINDOWS_RENAME_H

#include <cstdint>
#include <string>

namespace keyseat::sdk::windows {

// Renames a file within its volume, durably; both paths as long_path() makes them. With `replace` a
// file of the new name is replaced in the same step, also while others have it open for reading and
// allow its removal (FILE_SHARE_DELETE; from Windows 10 1709, NTFS); without, it stays, and the result
// is ERROR_ALREADY_EXISTS. A file that is open for a moment only, as virus scanners do, is waited for,
// at most half a second. Returns 0 or an error of GetLastError().
std::uint32_t rename_file(const std::wstring &from, const std::wstring &to, bool replace);

} // namespace keyseat::sdk::windows

#endif
