// SPDX-License-Identifier: Apache-2.0
//
// The name that somebody may have meant.

#ifndef KEYSEAT_HOST_NEAREST_NAME_H
#define KEYSEAT_HOST_NEAREST_NAME_H

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// The one of `names` that takes the fewest inserted, deleted, replaced or swapped characters to get to
// from `wanted`; empty when that are more than a third of its length, or more than one of a short one.
std::string nearest_name(std::string_view wanted, const std::vector<std::string> &names);

// "did you mean 'x'?", or empty.
std::string nearest_name_hint(std::string_view wanted, const std::vector<std::string> &names);

} // namespace keyseat

#endif
