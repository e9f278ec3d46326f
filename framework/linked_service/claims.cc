// SPDX-License-Identifier: Apache-2.0

#include "linked_service/claims.h"

#include <algorithm>
#include <string_view>

namespace keyseat {

namespace {

// Calls `found` for each value that a path of the catalogue names, seen from `value`.
template <class Found>
void match(JsonValue value, std::string_view path, const Found &found) {
   if (path.empty()) {
      found(value);
      return;
   }
   const std::string_view token = path.substr(1, path.find('/', 1) - 1);
   const std::string_view rest = path.substr(1 + token.size());
   const bool is_any = (token == "-" && value.is(JsonKind::array)) ||
                       (token == "*" && value.is(JsonKind::object));
   if (is_any) {
      for (JsonValue v = value.first(); v.exists(); v = v.next())
         match(v, rest, found);
   } else if (const JsonValue member = value.find_no_case(token); member.exists()) {
      match(member, rest, found);
   }
}

} // namespace

Claims::Claims(const Definition &definition, const CatalogueType &type) {
   for (const CataloguePath &path : type.paths) {
      const auto claim = [&](JsonValue value) { paths_.emplace_back(value.span().begin, &path); };
      match(definition.type_properties, path.path, claim);
      match(definition.properties, path.path, claim);
   }
   std::ranges::stable_sort(paths_, {}, &Claim::first);
}

const CataloguePath *Claims::find(JsonValue value) const {
   const std::size_t begin = value.span().begin;
   const auto found = std::ranges::lower_bound(paths_, begin, {}, &Claim::first);
   return found != paths_.end() && found->first == begin ? found->second : nullptr;
}

} // namespace keyseat
