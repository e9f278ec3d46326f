// SPDX-License-Identifier: Apache-2.0
#include "config/line_diff.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/text.h"

namespace keyseat {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kMostCells = std::size_t{1} << 22; // of the table below: 16 MiB

// Lines with their ends, so that a change of these is a difference, too.
Lines lines_of(std::string_view text) {
   Lines lines;
   while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
      lines.push_back(text.substr(0, size));
      text.remove_prefix(size);
   }
   return lines;
}

std::string shown(char sign, std::string_view line) {
   const bool ends = !line.empty() && line.back() == '\n';
   if (ends) line.remove_suffix(1);
   return std::string{sign, ' '} + printable(line) + (ends ? "" : " (without line end)");
}

// common[i][j]: the length of a longest common subsequence of before[i..] and after[j..].
using Table = std::vector<std::vector<std::uint32_t>>;

Table common_lengths(const Lines &before, const Lines &after) {
   Table common(before.size() + 1, std::vector<std::uint32_t>(after.size() + 1, 0));
   for (std::size_t i = before.size(); i-- > 0;) {
      for (std::size_t j = after.size(); j-- > 0;) {
         common[i][j] = before[i] == after[j] ? common[i + 1][j + 1] + 1
                                              : std::max(common[i + 1][j], common[i][j + 1]);
      }
   }
   return common;
}

// Takes off what both texts begin and end with.
void trim_common(Lines &before, Lines &after) {
   const auto front = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
   before.erase(before.begin(), front.first);
   after.erase(after.begin(), front.second);
   const auto back = std::mismatch(before.rbegin(), before.rend(), after.rbegin(), after.rend());
   before.erase(back.first.base(), before.end());
   after.erase(back.second.base(), after.end());
}

} // namespace

std::vector<std::string> line_diff(std::string_view before_text, std::string_view after_text) {
   Lines before = lines_of(before_text);
   Lines after = lines_of(after_text);
   trim_common(before, after);

   std::vector<std::string> shown_lines;
   std::size_t i = 0;
   std::size_t j = 0;
   if ((before.size() + 1) * (after.size() + 1) <= kMostCells) {
      const Table common = common_lengths(before, after);
      while (i < before.size() && j < after.size()) {
         if (before[i] == after[j]) {
            ++i;
            ++j;
         } else if (common[i + 1][j] >= common[i][j + 1]) {
            shown_lines.push_back(shown('-', before[i++]));
         } else {
            shown_lines.push_back(shown('+', after[j++]));
         }
      }
   }
   for (; i < before.size(); ++i)
      shown_lines.push_back(shown('-', before[i]));
   for (; j < after.size(); ++j)
      shown_lines.push_back(shown('+', after[j]));
   return shown_lines;
}

} // namespace keyseat
