// SPDX-License-Identifier: Apache-2.0
#include "json/line_index.h"

#include <algorithm>

namespace keyseat {
namespace {

constexpr std::size_t kStep = 4096;

// Moves `at` from the byte at `begin` to the one at `end`.
void advance(LineColumn &at, std::string_view text, std::size_t begin, std::size_t end) {
   for (std::size_t i = begin; i < end; ++i) {
      const char c = text[i];
      const bool lone_cr = c == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
      const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80; // inside a code point
      if (c == '\n' || lone_cr) {
         at = {at.line + 1, 1};
      } else if (!continues) {
         ++at.column;
      }
   }
}

} // namespace

LineIndex::LineIndex(std::string_view text) {
   marks_.reserve(text.size() / kStep + 1);
   LineColumn at;
   marks_.push_back(at);
   for (std::size_t begin = 0; begin + kStep <= text.size(); begin += kStep) {
      advance(at, text, begin, begin + kStep);
      marks_.push_back(at);
   }
}

LineColumn LineIndex::find(std::string_view text, std::size_t offset) const {
   offset = std::min(offset, text.size());
   LineColumn at = marks_[offset / kStep];
   advance(at, text, offset / kStep * kStep, offset);
   return at;
}

} // namespace keyseat
