// SPDX-License-Identifier: Apache-2.0
#include "host/names.h"

#include <algorithm>

namespace keyseat {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter_or_digit(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }
bool is_name_character(char c) { return is_letter_or_digit(c) || c == '-'; }

} // namespace

bool is_plugin_id(std::string_view text) {
   if (text.empty() || text.size() > kMaxPluginId || !is_letter_or_digit(text.front()))
      return false;
   char before = '.';
   for (const char c : text) {
      if (c == '.' ? before == '.' : !is_name_character(c)) return false;
      before = c;
   }
   return before != '.';
}

bool is_kebab_case(std::string_view text) {
   return !text.empty() && text.size() <= kMaxOptionName && is_letter(text.front()) &&
          std::all_of(text.begin(), text.end(), is_name_character);
}

} // namespace keyseat
