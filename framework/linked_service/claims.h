// SPDX-License-Identifier: Apache-2.0
//
// Claims: the values of a definition that the catalogue's paths name.

#ifndef KEYSEAT_LINKED_SERVICE_CLAIMS_H
#define KEYSEAT_LINKED_SERVICE_CLAIMS_H

#include "linked_service/catalogue.h"
#include "linked_service/definition.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace keyseat {

class Claims {
 public:
   Claims() = default;

   // Matches the paths in typeProperties, and in `properties` itself: the vendor's own examples set
   // alwaysEncryptedSettings beside typeProperties. Linear in the definition for each path. `type`
   // shall outlive the claims.
   Claims(const Definition &definition, const CatalogueType &type);

   // The path that names this value; null where none does.
   const CataloguePath *find(JsonValue value) const;

 private:
   // The offset at which a value begins, no two at one place, and a path that names it.
   using Claim = std::pair<std::size_t, const CataloguePath *>;

   std::vector<Claim> paths_; // by offset; those of one value in the catalogue's order
};

} // namespace keyseat

#endif
