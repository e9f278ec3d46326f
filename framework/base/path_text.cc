// SPDX-License-Identifier: Apache-2.0
#include "base/path_text.h"

namespace keyseat {
namespace {

std::string text_of_bytes(const std::u8string &text) { return {text.begin(), text.end()}; }

} // namespace

std::filesystem::path path_of_text(std::string_view text) {
   return std::u8string(text.begin(), text.end());
}

std::string path_text(const std::filesystem::path &path) { return text_of_bytes(path.u8string()); }

std::string generic_path_text(const std::filesystem::path &path) {
   return text_of_bytes(path.generic_u8string());
}

} // namespace keyseat
