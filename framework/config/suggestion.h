// SPDX-License-Identifier: Apache-2.0
//
// "Did you mean": the name that somebody who mistyped probably had in mind.

#ifndef KEYSEAT_CONFIG_SUGGESTION_H
#define KEYSEAT_CONFIG_SUGGESTION_H

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// "did you mean 'key'?" for the nearest of `names` by edit distance, with two neighbouring letters
// swapped as one edit and case for nothing; empty when none is within a third of the name's length.
std::string did_you_mean(std::string_view name, const std::vector<std::string> &names);

} // namespace keyseat

#endif
