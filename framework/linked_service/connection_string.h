// SPDX-License-Identifier: Apache-2.0
//
// Connection strings: where the secret parts lie.

#ifndef KEYSEAT_LINKED_SERVICE_CONNECTION_STRING_H
#define KEYSEAT_LINKED_SERVICE_CONNECTION_STRING_H

#include "linked_service/catalogue.h"

#include <optional>
#include <string_view>
#include <vector>

namespace keyseat {

// A run of characters of a connection string, in bytes: [begin, end).
struct TextSpan {
   std::size_t begin = 0;
   std::size_t end = 0;
};

// What a dialect says of one connection string.
struct SplitText {
   std::vector<TextSpan> secrets; // each with its keyword and its separator; in order, disjoint
   bool has_expression = false;   // a part is an expression of the service; it is no secret
   bool is_redirectable = false;  // the destination is, or holds, such an expression
   bool spells_secret = false;    // where a secret belongs is one that has a string of its own
};

// Splits `text` by the rules of `dialect`. None when it cannot be split safely: it does not parse, or
// the dialect's rules are not known here; the caller then masks the whole string. What is left after
// cutting the spans is a connection string again. Linear, copies nothing.
std::optional<SplitText> split_connection_string(std::string_view text, Dialect dialect);

} // namespace keyseat

#endif
