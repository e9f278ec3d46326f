// SPDX-License-Identifier: Apache-2.0
//
// Reading JOSE objects that strangers wrote: what Jwe and ForeignJwe have in common. No message
// quotes what was read.

#ifndef KEYSEAT_JOSE_UNTRUSTED_H
#define KEYSEAT_JOSE_UNTRUSTED_H

#include <keyseat/error.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/secret.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace keyseat {

// Error(credential_refused): "the credential is refused: " and why.
Error refused(std::string_view why);

// Throws refused() unless `object` is an object with these members and no others. `what` is what the
// message calls it.
void require_members(sdk::jose::JsonValue object, std::string_view what,
                     std::initializer_list<std::string_view> names);

// Whether all numbers in `value` lie strictly between -2^53 and 2^53: readers differ in what they make
// of others (RFC 7493 section 2.2).
bool has_exact_numbers(sdk::jose::JsonValue value);

// A member that is a string. Throws refused().
std::string read_text(sdk::jose::JsonValue object, std::string_view member);

// A member that is strict base64url, with `size` bytes where that is given. Throws refused().
Bytes read_octets(sdk::jose::JsonValue object, std::string_view member);
Bytes read_octets(sdk::jose::JsonValue object, std::string_view member, std::size_t size);

// The same for text that is no member: `what` is what the message calls it.
Bytes decode_octets(std::string_view text, std::string_view what);

} // namespace keyseat

#endif
