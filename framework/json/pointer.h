// SPDX-License-Identifier: Apache-2.0
//
// JSON pointers (RFC 6901) to values of a Document. Pointers are public text: they consist of names.

#ifndef KEYSEAT_JSON_POINTER_H
#define KEYSEAT_JSON_POINTER_H

#include <keyseat/sdk/jose/json.h>

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

using sdk::jose::JsonValue;

// The pointer of `value` seen from `base`, which encloses it (or is it: the empty pointer). Linear in
// the depth and, within arrays, in the elements before it.
std::string pointer_to(JsonValue value, JsonValue base);

// The value that `pointer` names, seen from `base`; no value when there is none or the pointer is
// malformed. `no_case`: names match without regard to the case of ASCII letters.
JsonValue resolve_pointer(JsonValue base, std::string_view pointer, bool no_case = false);

// One name or index as a pointer's token: "~" as "~0", "/" as "~1".
std::string pointer_token(std::string_view name);

// Whether `text` is a well-formed pointer.
bool is_pointer(std::string_view text);

// The tokens of a pointer, unescaped. Throws Error(definition_invalid) when it is malformed.
std::vector<std::string> pointer_tokens(std::string_view pointer);

} // namespace keyseat

#endif
