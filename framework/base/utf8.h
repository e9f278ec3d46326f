// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 (RFC 3629), one code point at a time.

#ifndef KEYSEAT_BASE_UTF8_H
#define KEYSEAT_BASE_UTF8_H

#include <array>
#include <cstddef>
#include <string_view>

namespace keyseat {

// What next_code_point() returns for a byte that starts no well-formed sequence.
inline constexpr char32_t kNoCodePoint = 0xFFFFFFFF;

// The code point at `offset`, which lies within `text` and is moved behind it. An ill-formed
// sequence (overlong, surrogate, beyond U+10FFFF, cut off) yields kNoCodePoint and moves by one byte.
char32_t next_code_point(std::string_view text, std::size_t &offset);

// The UTF-8 form of a code point.
struct Utf8Sequence {
   std::array<char, 4> bytes{};
   std::size_t size = 0;
   std::string_view view() const { return {bytes.data(), size}; }
};

// `code_point` is a Unicode scalar value: at most U+10FFFF and no surrogate.
Utf8Sequence to_utf8(char32_t code_point);

} // namespace keyseat

#endif
