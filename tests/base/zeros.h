// SPDX-License-Identifier: Apache-2.0
//
// Memory that is wiped, or fresh.

#ifndef KEYSEAT_TESTS_BASE_ZEROS_H
#define KEYSEAT_TESTS_BASE_ZEROS_H

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace keyseat {

inline bool all_zero(const std::uint8_t *p, std::size_t size) {
   return std::all_of(p, p + size, [](std::uint8_t b) { return b == 0; });
}

} // namespace keyseat

#endif
