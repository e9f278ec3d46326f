// SPDX-License-Identifier: Apache-2.0
//
// The canonical form of JSON: JCS (RFC 8785), with one stricter rule.
//
// A number that is not exactly its double (more digits than fit, or out of range) enters the form as
// it is written, since JCS alone would give 9007199254740993 and 9007199254740992 one form.

#ifndef KEYSEAT_JSON_CANONICAL_H
#define KEYSEAT_JSON_CANONICAL_H

#include <keyseat/sdk/jose/json.h>
#include <keyseat/secret.h>

#include <functional>
#include <string>

namespace keyseat {

using sdk::jose::JsonValue;

struct CanonicalOptions {
   // Member names in lower case (ASCII): for what the service matches without case.
   bool fold_names = false;
   // Values for which it returns true are left out, with their names.
   std::function<bool(JsonValue)> leave_out;
};

// The canonical form of `value`, UTF-8. Members are sorted by the UTF-16 code units of their names.
// The result is appended to secret memory: the value may hold secrets.
SecretBytes canonical_form(JsonValue value, const CanonicalOptions &options = {});

// The same for text that is known to be public; throws sdk::jose::JsonError for text that is no JSON.
std::string canonical_public(std::string_view json);

// A number as ECMAScript writes it (RFC 8785 section 3.2.2.3), or as it is written where it is not
// exactly its double. `raw` is a JSON number.
std::string canonical_number(std::string_view raw);

} // namespace keyseat

#endif
