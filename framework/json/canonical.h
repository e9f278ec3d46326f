// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of JSON: JCS (RFC 8785), with one stricter rule.
//
// A number that is not exactly its double enters the form as it is written, since JCS alone would give
// 9007199254740993 and 9007199254740992 one form. "Exactly" means: what is written equals, as a decimal
// number, the shortest decimal that reads back as the same double, which is what JCS writes. So 1.0,
// 1e0 and 100e-2 are 1, and 0.1 is 0.1; but 333333333.33333329 (RFC 8785's own example, which JCS writes
// as 333333333.3333333), 295147905179352825856 (2^68 with all its digits) and 1e400 stay as they are.
// Two spellings of one such number (1e400, 10e399) need not have the same form.

#ifndef KEYSEAT_JSON_CANONICAL_H
#define KEYSEAT_JSON_CANONICAL_H

#include <keyseat/sdk/jose/json.h>
#include <keyseat/secret.h>

#include <functional>
#include <string>

namespace keyseat {

using sdk::jose::JsonValue;

struct CanonicalOptions {
   // Member names in lower case (ASCII): for what the service matches without case. Names that differ
   // in case only stay two members.
   bool fold_names = false;
   // Members for which it returns true are left out, with their names. An element leaves its place, as
   // `_`, which is no JSON: the others keep their indices, and the array its length.
   std::function<bool(JsonValue)> leave_out;
};

// The canonical form of `value`, UTF-8. Members are sorted by the UTF-16 code units of their names.
// The result lies in document memory: the value may hold secrets.
SecretBytes canonical_form(JsonValue value, const CanonicalOptions &options = {});

// Whether `value` is written in canonical form: canonical_form(value) is value.raw().
bool is_canonical(JsonValue value);

// The canonical form of text that is known to be public; throws sdk::jose::JsonError for text that is no JSON.
std::string canonical_public(std::string_view json);

// A number as ECMAScript writes it (RFC 8785 section 3.2.2.3), or as it is written where it is not
// exactly its double. `raw` is a JSON number.
std::string canonical_number(std::string_view raw);

} // namespace keyseat

#endif
