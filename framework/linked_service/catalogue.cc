// SPDX-License-Identifier: Apache-2.0

#include "linked_service/catalogue.h"

#include "base/text.h"

#include <algorithm>

namespace keyseat {

const CatalogueType *find_in_catalogue(std::string_view type) {
   const std::span<const CatalogueType> types = catalogue();
   const auto found = std::ranges::lower_bound(types, type, less_no_case, &CatalogueType::name);
   return found != types.end() && equal_no_case(found->name, type) ? &*found : nullptr;
}

} // namespace keyseat
