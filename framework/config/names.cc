// SPDX-License-Identifier: Apache-2.0
#include "config/names.h"

#include <algorithm>

namespace keyseat {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c); }

} // namespace

bool is_protector_name(std::string_view name) {
   if (name.empty() || name.size() > 64 || !is_lower(name.front())) return false;
   return std::all_of(name.begin(), name.end(),
                      [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_plugin_name(std::string_view id) {
   if (id.empty() || id.size() > 128 || id.find("..") != std::string_view::npos) return false;
   if (!is_letter_or_digit(id.front()) || !is_letter_or_digit(id.back())) return false;
   return std::all_of(id.begin(), id.end(),
                      [](char c) { return is_letter_or_digit(c) || c == '-' || c == '.'; });
}

const std::vector<std::string> &binding_words() {
   static const std::vector<std::string> words{"type", "target", "strict"};
   return words;
}

std::size_t binding_strength(std::string_view word) {
   const auto &words = binding_words();
   return static_cast<std::size_t>(std::find(words.begin(), words.end(), word) - words.begin());
}

bool is_binding(std::string_view word) { return binding_strength(word) < binding_words().size(); }

} // namespace keyseat
