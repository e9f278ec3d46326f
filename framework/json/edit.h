// SPDX-License-Identifier: Apache-2.0
//
// Splices: changes to a document's text that leave every byte outside the touched spans as it is.

#ifndef KEYSEAT_JSON_EDIT_H
#define KEYSEAT_JSON_EDIT_H

#include <keyseat/sdk/jose/json.h>
#include <keyseat/secret.h>

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

using sdk::jose::JsonSpan;
using sdk::jose::JsonValue;

// One change: the bytes of `span` become `text`. Secret text is borrowed, public text owned.
struct Splice {
   JsonSpan span;
   std::string text;        // public replacement
   std::string_view secret; // or a secret one, which shall outlive the splice; used when not empty
};

// `text` with all splices applied, in document memory. Splices may come in any order; insertions at
// one place keep theirs. Throws Error(internal) when two spans overlap. Linear but for the sorting.
SecretBytes apply_splices(std::string_view text, std::vector<Splice> splices);

// The span to cut so that `member` leaves its object and the rest is still JSON: from the end of the
// member before it (its comma included) to the end of its value; for the first member from its name
// to the start of the next one; for the only member, name and value with the white space around them
// kept. Members that leave together are passed together: `members` are siblings in file order. One
// span for each, in that order; they do not overlap.
std::vector<JsonSpan> spans_without(const std::vector<JsonValue> &members);

// The splice that appends `"name": value` to `object` as its last member, with the line breaks,
// indentation and colon of the member before it; `value` is public JSON text. In an empty object white
// space stays, and the member stands where one that spans_without() took out has stood.
Splice append_member(std::string_view text, JsonValue object, std::string_view name,
                     std::string_view value);

} // namespace keyseat

#endif
