// SPDX-License-Identifier: Apache-2.0
//
// Values of this plugin's JSON files that the SDK has no reader for.

#ifndef TPM2_JSON_VALUES_H
#define TPM2_JSON_VALUES_H

#include <keyseat/sdk/bytes.h>
#include <keyseat/sdk/jose/json.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tpm2 {

// None: an odd number of digits, or others than 0-9 and a-f.
std::optional<keyseat::sdk::Bytes> hex_decode(std::string_view text);

// None: no value, or no integer of at most 18 digits.
std::optional<std::int64_t> integer_of(keyseat::sdk::jose::JsonValue value);

} // namespace tpm2

#endif
