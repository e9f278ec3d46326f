// SPDX-License-Identifier: Apache-2.0
#include "host/isolation.h"

namespace keyseat {

bool is_built_in(std::string_view plugin) {
   return plugin == "keyfile" || plugin == "tpm2" || plugin == "dpapi";
}

} // namespace keyseat
