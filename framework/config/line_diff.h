// SPDX-License-Identifier: Apache-2.0
//
// The lines in which two texts differ.

#ifndef KEYSEAT_CONFIG_LINE_DIFF_H
#define KEYSEAT_CONFIG_LINE_DIFF_H

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// "- line" for each line of `before` that is gone, "+ line" for each of `after` that came, in order,
// printable; empty when the texts are equal. A shortest list, unless the texts differ in so many lines
// that finding it would take long.
std::vector<std::string> line_diff(std::string_view before, std::string_view after);

} // namespace keyseat

#endif
