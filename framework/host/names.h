// SPDX-License-Identifier: Apache-2.0
//
// The names of the contract: plugin ids and option names.

#ifndef KEYSEAT_HOST_NAMES_H
#define KEYSEAT_HOST_NAMES_H

#include <cstddef>
#include <string_view>

namespace keyseat {

inline constexpr std::size_t kMaxPluginId = 64;   // bytes (descriptor.h)
inline constexpr std::size_t kMaxOptionName = 64; // bytes (option.h)

// Labels of [a-z0-9-] joined by dots, the first beginning with [a-z0-9]: never a path.
bool is_plugin_id(std::string_view text);

// [a-z][a-z0-9-]*
bool is_kebab_case(std::string_view text);

} // namespace keyseat

#endif
