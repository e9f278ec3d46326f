// SPDX-License-Identifier: Apache-2.0

#include "linked_service/destination_name.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace keyseat {

bool is_destination_name(std::string_view name) {
   constexpr std::array<std::string_view, 9> kEndings = {"server", "host",    "hostname",
                                                         "url",    "uri",     "endpoint",
                                                         "domain", "address", "accountname"};
   const std::string folded = ascii_lower(name);
   return std::ranges::any_of(kEndings, [&](auto ending) { return folded.ends_with(ending); });
}

} // namespace keyseat
