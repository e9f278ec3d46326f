// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean": the name that somebody who mistyped probably had in mind.

#ifndef KEYSEAT_BASE_NEAREST_NAME_H
#define KEYSEAT_BASE_NEAREST_NAME_H

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// "did you mean 'key'?" for the one of `names` that takes the fewest inserted, deleted, replaced or
// swapped characters to get to from `name`, case for nothing; printable. Empty when that are more than
// a third of its length, or more than one of a short one, and for names of more than 64 bytes.
std::string did_you_mean(std::string_view name, const std::vector<std::string> &names);

} // namespace keyseat

#endif
