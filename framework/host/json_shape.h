// SPDX-License-Identifier: Apache-2.0
//
// What can be said of a plugin's JSON without keeping it as a document.

#ifndef KEYSEAT_HOST_JSON_SHAPE_H
#define KEYSEAT_HOST_JSON_SHAPE_H

#include <string_view>

namespace keyseat {

bool is_json_object(std::string_view text);
bool is_json_array(std::string_view text);

// An object whose members are strings, numbers and booleans (ext_inspect.h).
bool is_flat_json_object(std::string_view text);

// An object with a member `name` that is a string and not empty.
bool has_text_member(std::string_view text, std::string_view name);

// A JWK with members of RFC 7518 section 6 that are private.
bool has_private_jwk_member(std::string_view text);

} // namespace keyseat

#endif
