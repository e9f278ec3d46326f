// SPDX-License-Identifier: Apache-2.0
#include "host/nearest_name.h"

#include <fmt/format.h>

#include <algorithm>

namespace keyseat {
namespace {

constexpr std::size_t kLongestName = 64;

// Optimal string alignment distance: Levenshtein's with swaps of neighbours, kept in three rows.
std::size_t distance(std::string_view a, std::string_view b) {
   std::vector<std::size_t> before_last(b.size() + 1);
   std::vector<std::size_t> last(b.size() + 1);
   std::vector<std::size_t> row(b.size() + 1);
   for (std::size_t j = 0; j <= b.size(); ++j) {
      last[j] = j;
   }
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

std::string nearest_name(std::string_view wanted, const std::vector<std::string> &names) {
   if (wanted.size() > kLongestName) return {};
   const std::size_t most = std::max<std::size_t>(1, wanted.size() / 3);
   std::string nearest;
   std::size_t least = most + 1;
   for (const std::string &name : names) {
      const std::size_t found = distance(wanted, name);
      if (found < least) {
         least = found;
         nearest = name;
      }
   }
   return nearest;
}

std::string nearest_name_hint(std::string_view wanted, const std::vector<std::string> &names) {
   const std::string name = nearest_name(wanted, names);
   return name.empty() ? name : fmt::format("did you mean '{}'?", name);
}

} // namespace keyseat
