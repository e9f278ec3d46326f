// SPDX-License-Identifier: Apache-2.0
//
// LineIndex: lines and columns of a text.

#ifndef KEYSEAT_JSON_LINE_INDEX_H
#define KEYSEAT_JSON_LINE_INDEX_H

#include <cstddef>
#include <string_view>
#include <vector>

namespace keyseat {

// Both from 1; columns in code points.
struct LineColumn {
   std::size_t line = 1;
   std::size_t column = 1;
   friend bool operator==(const LineColumn &, const LineColumn &) = default;
};

// Knows the position at every 4 KiB of a UTF-8 text, so that a look-up scans no more than that, however
// long the lines are. LF, CRLF and a lone CR end a line. Built in time linear in the text; thread-safe
// afterwards.
class LineIndex {
 public:
   // Keeps no reference to `text`.
   explicit LineIndex(std::string_view text);

   // The position of the byte at `offset`, or of the end. `text` is the one of the constructor.
   LineColumn find(std::string_view text, std::size_t offset) const;

 private:
   std::vector<LineColumn> marks_; // of the offsets 0, 4096, ...
};

} // namespace keyseat

#endif
