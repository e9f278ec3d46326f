// SPDX-License-Identifier: Apache-2.0

#include "contract/library.h"

namespace contract {

bool Library::has_option(std::string_view name) const {
   for (const auto *const *option = descriptor().options; *option != nullptr; ++option) {
      if (name == (*option)->name) return true;
   }
   return false;
}

} // namespace contract
