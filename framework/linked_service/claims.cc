// SPDX-License-Identifier: Apache-2.0

#include "linked_service/claims.h"

#include "json/pointer.h"

#include <span>
#include <string>

namespace keyseat {

namespace {

// Calls `found` for each value that the tokens name, seen from `value`.
template <class Found>
void match(JsonValue value, std::span<const std::string> tokens, const Found &found) {
   if (tokens.empty()) {
      found(value);
      return;
   }
   const std::span<const std::string> rest = tokens.subspan(1);
   const std::string &token = tokens.front();
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
      const std::vector<std::string> tokens = pointer_tokens(path.path);
      const auto claim = [&](JsonValue value) { paths_.emplace(value.span().begin, &path); };
      match(definition.type_properties, std::span(tokens), claim);
      match(definition.properties, std::span(tokens), claim);
   }
}

const CataloguePath *Claims::find(JsonValue value) const {
   const auto found = paths_.find(value.span().begin);
   return found == paths_.end() ? nullptr : found->second;
}

} // namespace keyseat
