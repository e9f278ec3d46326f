// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

namespace keyseat {

char32_t next_code_point(std::string_view text, std::size_t &offset) {
   const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
   const unsigned char lead = byte(offset);
   const std::size_t start = offset++;
   if (lead < 0x80) return lead;

   std::size_t size = 0;
   char32_t least = 0; // below it the sequence is overlong
   char32_t value = 0;
   if ((lead & 0xE0) == 0xC0) {
      size = 2, least = 0x80, value = lead & 0x1F;
   } else if ((lead & 0xF0) == 0xE0) {
      size = 3, least = 0x800, value = lead & 0x0F;
   } else if ((lead & 0xF8) == 0xF0) {
      size = 4, least = 0x10000, value = lead & 0x07;
   } else {
      return kNoCodePoint;
   }
   if (text.size() - start < size) return kNoCodePoint;
   for (std::size_t i = start + 1; i < start + size; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return kNoCodePoint;
      value = value << 6 | (byte(i) & 0x3Fu);
   }
   const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
   if (value < least || value > 0x10FFFF || surrogate) return kNoCodePoint;
   offset = start + size;
   return value;
}

Utf8Sequence to_utf8(char32_t code_point) {
   Utf8Sequence out;
   const auto put = [&](char32_t byte) { out.bytes[out.size++] = static_cast<char>(byte); };
   if (code_point < 0x80) {
      put(code_point);
   } else if (code_point < 0x800) {
      put(0xC0 | code_point >> 6);
      put(0x80 | (code_point & 0x3F));
   } else if (code_point < 0x10000) {
      put(0xE0 | code_point >> 12);
      put(0x80 | (code_point >> 6 & 0x3F));
      put(0x80 | (code_point & 0x3F));
   } else {
      put(0xF0 | code_point >> 18);
      put(0x80 | (code_point >> 12 & 0x3F));
      put(0x80 | (code_point >> 6 & 0x3F));
      put(0x80 | (code_point & 0x3F));
   }
   return out;
}

} // namespace keyseat
