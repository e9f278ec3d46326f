// SPDX-License-Identifier: Apache-2.0

#include "linked_service/cuts.h"

#include "json/edit.h"

#include <algorithm>
#include <unordered_map>

namespace keyseat {

std::vector<Cut> cuts_of(const std::vector<Leaving> &leaving) {
   std::vector<Cut> cuts;
   std::unordered_map<std::size_t, std::vector<std::size_t>> groups; // by where the object begins
   for (std::size_t i = 0; i < leaving.size(); ++i) {
      const auto &[value, remains] = leaving[i];
      if (remains == Remains::nothing) {
         groups[value.parent().span().begin].push_back(i);
      } else {
         cuts.push_back({value.span(), i});
      }
   }
   for (const auto &[begin, indices] : groups) {
      std::vector<JsonValue> members;
      for (const std::size_t i : indices)
         members.push_back(leaving[i].value);
      const std::vector<JsonSpan> spans = spans_without(members);
      for (std::size_t i = 0; i < indices.size(); ++i)
         cuts.push_back({spans[i], indices[i]});
   }
   std::ranges::sort(cuts, {}, [](const Cut &cut) { return cut.span.begin; });
   return cuts;
}

} // namespace keyseat
