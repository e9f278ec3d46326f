// SPDX-License-Identifier: Apache-2.0
//
// Capabilities as words.

#ifndef KEYSEAT_HOST_CAPABILITIES_H
#define KEYSEAT_HOST_CAPABILITIES_H

#include <cstdint>
#include <string>
#include <vector>

namespace keyseat {

// The names of the KEYSEAT_CAP_* bits that are known: "key-pair", "hardware", ...
std::vector<std::string> capability_names(std::uint32_t capabilities);

} // namespace keyseat

#endif
