// SPDX-License-Identifier: Apache-2.0
//
// What the tests of secret discovery share: definitions from files and texts, and a digest.

#ifndef KEYSEAT_TESTS_LINKED_SERVICE_SUPPORT_H
#define KEYSEAT_TESTS_LINKED_SERVICE_SUPPORT_H

#include "linked_service/definition.h"
#include "linked_service/discovery.h"
#include "linked_service/take_out.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyseat::test {

struct Loaded {
   Document document;
   Definition definition;
};

Loaded load(std::string_view text);
std::string fixture(const std::string &name); // the text of data/<name>
std::vector<std::string> fixtures();          // the names of all of them

// A definition of `type` with these typeProperties and, behind it, members of `properties`.
std::string definition_text(std::string_view type, std::string_view type_properties,
                            std::string_view more = "");

Discovery discover(const Loaded &loaded);

// Takes out all secrets.
TakenOut take_all(const Loaded &loaded);

// Puts `payload` back into `left`.
std::string restore(std::string_view left, const Payload &payload);

std::string digest(BytesView content); // SHA-256, base64url
std::string text_of(const SecretBytes &bytes);
std::string canonical(std::string_view json);

// The same JSON value laid out anew: two spaces, one member a line, every string decoded and escaped
// down to ASCII, as Python's json.dumps(indent=2) writes it.
std::string reformatted(std::string_view json);

// `text` with the one occurrence of `from` replaced.
std::string replaced(std::string text, std::string_view from, std::string_view to);

} // namespace keyseat::test

#endif
