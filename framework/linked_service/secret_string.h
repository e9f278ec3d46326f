// SPDX-License-Identifier: Apache-2.0
//
// Strings of which a part is secret: what is left of them, in the escapes they are written in.

#ifndef KEYSEAT_LINKED_SERVICE_SECRET_STRING_H
#define KEYSEAT_LINKED_SERVICE_SECRET_STRING_H

#include "linked_service/connection_string.h"

#include "json/document.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// `text` without the spans, which are in order and disjoint.
SecretBytes without_spans(std::string_view text, const std::vector<TextSpan> &spans);

// The JSON text of a string without some of its characters; all others are spelled as they are in the
// file, escapes and all. `cut` counts in the decoded string, in order, disjoint, at bounds of
// characters. The result is public: the caller has cut every secret.
std::string json_without_spans(JsonValue string, const std::vector<TextSpan> &cut);

} // namespace keyseat

#endif
