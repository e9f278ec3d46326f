// SPDX-License-Identifier: Apache-2.0
#include "host/foreign_text.h"

#include "base/text.h"

namespace keyseat {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

} // namespace

std::string foreign_text(std::string_view text) {
   std::size_t size = text.size();
   if (size > KEYSEAT_MAX_TEXT) {
      // Not in the middle of a character: at most three bytes of one lie before its last.
      size = KEYSEAT_MAX_TEXT;
      for (int i = 0; i < 3 && is_continuation(text[size]); ++i) {
         --size;
      }
   }
   return printable(text.substr(0, size));
}

std::string foreign_text(const char *text) {
   return text == nullptr ? std::string() : foreign_text(bounded(text, KEYSEAT_MAX_TEXT));
}

bool is_printable(std::string_view text) { return printable(text) == text; }

std::string_view bounded(const char *text, std::size_t limit) {
   std::size_t size = 0;
   while (size <= limit && text[size] != '\0') {
      ++size;
   }
   return {text, size};
}

} // namespace keyseat
