// SPDX-License-Identifier: Apache-2.0
#include "base/nearest_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace keyseat {
namespace {

constexpr std::size_t kLongest = 64; // of the names that are worth comparing

// Optimal string alignment distance: Levenshtein's with swaps of neighbours, kept in three rows.
std::size_t edit_distance(std::string_view a, std::string_view b) {
   std::vector<std::size_t> before_last(b.size() + 1);
   std::vector<std::size_t> last(b.size() + 1);
   std::vector<std::size_t> row(b.size() + 1);
   for (std::size_t j = 0; j <= b.size(); ++j)
      last[j] = j;
   for (std::size_t i = 1; i <= a.size(); ++i) {
      row[0] = i;
      for (std::size_t j = 1; j <= b.size(); ++j) {
         const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
         row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
         if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
            row[j] = std::min(row[j], before_last[j - 2] + 1);
         }
      }
      before_last.swap(last);
      last.swap(row);
   }
   return last[b.size()];
}

} // namespace

std::string did_you_mean(std::string_view name, const std::vector<std::string> &names) {
   if (name.size() > kLongest) return {};
   const std::string typed = ascii_lower(name);
   const std::string *nearest = nullptr;
   std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
   for (const std::string &candidate : names) {
      if (candidate.size() > kLongest) continue;
      const std::size_t distance = edit_distance(typed, ascii_lower(candidate));
      if (distance >= least) continue;
      least = distance;
      nearest = &candidate;
   }
   return nearest == nullptr ? std::string()
                             : fmt::format("did you mean '{}'?", printable(*nearest));
}

} // namespace keyseat
