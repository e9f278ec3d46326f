// SPDX-License-Identifier: Apache-2.0
//
// What the header of a recipient may say, and the JOSE header that it is a part of.

#ifndef KEYSEAT_JOSE_RECIPIENT_HEADER_H
#define KEYSEAT_JOSE_RECIPIENT_HEADER_H

#include <keyseat/sdk/jose/json.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat {

// Whether this algorithm wraps for a key pair: RSA-OAEP-256, RSA-OAEP, ECDH-ES+A256KW. The `kid` of such a
// recipient is a thumbprint; that of any other is a name that somebody gave it.
bool is_key_pair_alg(std::string_view alg);

// Whether a recipient may have this algorithm: A256KW, A256GCMKW, RSA-OAEP-256, RSA-OAEP,
// ECDH-ES+A256KW, or a collision-resistant name (RFC 7515 section 2: a domain name or a URI) of a
// protector that has no JOSE algorithm. Such a name has letters, digits and "-._~:/+#" only, begins
// and ends with a letter or digit, and has one of ".:/" inside, which no registered name has.
bool is_recipient_alg(std::string_view alg);

// What is wrong with a recipient's own header, as the end of "the header ..."; none when it will do:
// an object with an `alg` of the above, `kid` a string of 1 to KEYSEAT_MAX_KID bytes if there is one,
// at most kMaxRecipientHeader bytes, no names that differ in case only, nothing that belongs to the
// protected header (enc, typ, crit, zip, ks_*) or to passwords (p2s, p2c), in any case, and for the
// JOSE algorithms members that are well-formed: points lie on their curves.
std::optional<std::string_view> recipient_header_flaw(sdk::jose::JsonValue header);

struct HeaderMember {
   std::string_view name; // ASCII, without characters to escape
   std::string json;      // the value in canonical form
};

// `header`, a JSON object in canonical form, with members that it does not have, sorted by name. In
// canonical form.
std::string add_members(std::string_view header, std::initializer_list<HeaderMember> members);

// The union of JSON objects in canonical form. Throws sdk::jose::JsonError when one is no object, or
// when two of them have a member of the same name (RFC 7516 section 4).
std::string merge_headers(std::initializer_list<std::string_view> objects);

} // namespace keyseat

#endif
