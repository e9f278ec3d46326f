// SPDX-License-Identifier: Apache-2.0
//
// Names and texts that look like secrets: the rules for what the catalogue does not know.

#ifndef KEYSEAT_LINKED_SERVICE_SECRET_NAME_H
#define KEYSEAT_LINKED_SERVICE_SECRET_NAME_H

#include <string_view>

namespace keyseat {

// True for password, pwd, clientSecret, Access-Token, api_key and their like. Case and everything but
// ASCII letters and digits are ignored.
bool is_secret_name(std::string_view name);

// True when the text holds a literal secret that it names itself: "...;Password=x", "...&sig=x", or a
// URI with a password (RFC 3986 section 3.2.1).
bool names_its_secret(std::string_view text);

// True when the value of such a keyword is an expression with a string of its own: "Pwd=@{concat('x')}".
bool spells_its_secret(std::string_view text);

} // namespace keyseat

#endif
