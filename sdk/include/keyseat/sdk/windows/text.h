// SPDX-License-Identifier: Apache-2.0
//
// Windows only: text and paths as its wide functions take them, and what its error codes mean. Part of
// the library KeyseatSDK::jose.

#ifndef KEYSEAT_SDK_WINDOWS_TEXT_H
#define KEYSEAT_SDK_WINDOWS_TEXT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::windows {

// UTF-8 to UTF-16; none when it is no valid UTF-8 or longer than 2^30 bytes.
std::optional<std::wstring> to_wide(std::string_view text);

// UTF-16 to UTF-8; what is no valid UTF-16 becomes U+FFFD.
std::string to_utf8(std::wstring_view text);

// The absolute form of a path with the prefix "\\?\", under which paths may have 32,767 characters.
// Device paths ("\\.\", which "NUL" and "CONIN$" resolve to) stay as they are. Empty for an empty
// path, one with a NUL inside, and one that Windows cannot resolve.
std::wstring long_path(std::wstring_view path);

// "Access is denied", in the language of the system, without a point; the number where Windows knows
// no text. `code` is one of GetLastError().
std::string error_text(std::uint32_t code);

} // namespace keyseat::sdk::windows

#endif
