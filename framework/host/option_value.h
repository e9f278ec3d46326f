// SPDX-License-Identifier: Apache-2.0
//
// The type of an option (keyseat_option.type): its default as a value, its values as they may be.

#ifndef KEYSEAT_HOST_OPTION_VALUE_H
#define KEYSEAT_HOST_OPTION_VALUE_H

#include <keyseat/plugin/option.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/settings.h"

namespace keyseat {

inline constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53; // and its negative

// "a string", "one of 'user', 'machine'", ...: what a value of the option shall be.
std::string expected_value(const keyseat_option &option);

// The choices of a ONE_OF; empty for others.
std::vector<std::string> choices_of(const keyseat_option &option);

// The value that a default stands for; none when it does not parse or is not allowed.
std::optional<SettingValue> parse_default(const keyseat_option &option, std::string_view text);

// True when the value's type is the option's, whatever its content.
bool has_type_of(const keyseat_option &option, const SettingValue &value);

bool is_path(const keyseat_option &option);   // marked PATH_*
bool is_secret(const keyseat_option &option); // marked SECRET

} // namespace keyseat

#endif
