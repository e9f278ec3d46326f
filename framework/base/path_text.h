// SPDX-License-Identifier: Apache-2.0
//
// Paths as text and back, everywhere where a path meets JSON, a message or an argument. Text is UTF-8;
// where the system's paths are bytes (POSIX) it is those bytes.

#ifndef KEYSEAT_BASE_PATH_TEXT_H
#define KEYSEAT_BASE_PATH_TEXT_H

#include <filesystem>
#include <string>
#include <string_view>

namespace keyseat {

// Throws std::filesystem::filesystem_error for text that is no path of the system: on Windows what is
// no UTF-8.
std::filesystem::path path_of_text(std::string_view text);

// With the system's own separators. Throws std::filesystem::filesystem_error for a path that is no
// text: on Windows what is no UTF-16.
std::string path_text(const std::filesystem::path &path);

// The same with '/' between the parts, as patterns in configurations are written.
std::string generic_path_text(const std::filesystem::path &path);

} // namespace keyseat

#endif
