// SPDX-License-Identifier: Apache-2.0
#include "json/encoding.h"

#include <keyseat/error.h>

#include <array>
#include <cstring>

#include "base/utf8.h"

namespace keyseat {
namespace {

constexpr std::array<std::uint8_t, 3> kMarkUtf8{0xEF, 0xBB, 0xBF};
constexpr std::array<std::uint8_t, 2> kMarkUtf16le{0xFF, 0xFE};
constexpr std::array<std::uint8_t, 2> kMarkUtf16be{0xFE, 0xFF};

BytesView mark_of(Encoding encoding) {
   switch (encoding) {
      case Encoding::utf8:
         return {};
      case Encoding::utf8_bom:
         return kMarkUtf8;
      case Encoding::utf16le_bom:
         return kMarkUtf16le;
      case Encoding::utf16be_bom:
         return kMarkUtf16be;
   }
   return {};
}

bool starts_with(BytesView file, BytesView mark) {
   return file.size() >= mark.size() && std::memcmp(file.data(), mark.data(), mark.size()) == 0;
}

// JSON starts with ASCII characters, so a zero among the first two bytes is half of one in UTF-16.
bool looks_like_utf16(BytesView text) {
   return text.size() >= 2 && (text[0] == 0) != (text[1] == 0);
}

constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

DecodedText decode_utf16(BytesView units, bool big_endian) {
   const std::size_t count = units.size() / 2;
   const auto unit = [&](std::size_t i) -> char32_t {
      const std::uint8_t first = units[2 * i];
      const std::uint8_t second = units[2 * i + 1];
      return big_endian ? char32_t{first} << 8 | second : char32_t{second} << 8 | first;
   };
   DecodedText decoded{SecretBytes(document_memory()), {}};
   SecretBytes &text = decoded.text;
   text.reserve(count + count / 2);
   for (std::size_t i = 0; i < count; ++i) {
      char32_t value = unit(i);
      if (is_high_surrogate(value) && i + 1 < count && is_low_surrogate(unit(i + 1))) {
         value = 0x10000 + ((value - 0xD800) << 10) + (unit(++i) - 0xDC00);
      } else if (is_high_surrogate(value) || is_low_surrogate(value)) {
         decoded.problem = "invalid UTF-16: half of a surrogate pair";
         return decoded;
      }
      text.append(to_utf8(value).view());
   }
   if (units.size() % 2 != 0) decoded.problem = "invalid UTF-16: an odd number of bytes";
   return decoded;
}

void append_utf16(SecretBytes &out, std::string_view text, bool big_endian) {
   const auto put = [&](char32_t unit) {
      const auto high = static_cast<std::uint8_t>(unit >> 8);
      const auto low = static_cast<std::uint8_t>(unit & 0xFF);
      const std::array<std::uint8_t, 2> bytes = {big_endian ? high : low, big_endian ? low : high};
      out.append(BytesView(bytes));
   };
   for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      if (c == kNoCodePoint) throw Error(ErrorCode::internal, "a text to be written is no UTF-8");
      if (c < 0x10000) {
         put(c);
      } else {
         put(0xD800 + ((c - 0x10000) >> 10));
         put(0xDC00 + ((c - 0x10000) & 0x3FF));
      }
   }
}

} // namespace

Encoding detect_encoding(BytesView file) {
   for (const Encoding encoding :
        {Encoding::utf8_bom, Encoding::utf16le_bom, Encoding::utf16be_bom}) {
      if (starts_with(file, mark_of(encoding))) return encoding;
   }
   return Encoding::utf8;
}

DecodedText decode_text(BytesView file, Encoding encoding) {
   const BytesView content = file.sub(mark_of(encoding).size());
   if (encoding == Encoding::utf16le_bom) return decode_utf16(content, false);
   if (encoding == Encoding::utf16be_bom) return decode_utf16(content, true);
   if (looks_like_utf16(content)) {
      return {SecretBytes(document_memory()), "looks like UTF-16 without a byte-order mark"};
   }
   return {SecretBytes(document_memory(), content), {}};
}

SecretBytes encode_text(std::string_view text, Encoding encoding) {
   const bool utf16 = encoding == Encoding::utf16le_bom || encoding == Encoding::utf16be_bom;
   SecretBytes out(document_memory());
   out.reserve(mark_of(encoding).size() + (utf16 ? 2 * text.size() : text.size()));
   out.append(mark_of(encoding));
   if (utf16) {
      append_utf16(out, text, encoding == Encoding::utf16be_bom);
   } else {
      out.append(text);
   }
   return out;
}

} // namespace keyseat
