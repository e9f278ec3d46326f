// SPDX-License-Identifier: Apache-2.0
//
// The rules of secret discovery, one function each; discovery.cc says in which order they are asked.
// docs/secret-discovery.md states them for people.

#ifndef KEYSEAT_LINKED_SERVICE_DISCOVERY_RULES_H
#define KEYSEAT_LINKED_SERVICE_DISCOVERY_RULES_H

#include "linked_service/catalogue.h"
#include "linked_service/discovery.h"
#include "linked_service/value_shape.h"

#include <string>
#include <string_view>

namespace keyseat {

// A value that a rule looks at.
struct Candidate {
   JsonValue value;
   ValueShape shape = ValueShape::nothing;
   const std::string &pointer; // from the definition's object
   const std::string &name;    // of the member; of the array, for an element
   bool is_element = false;    // of an array: it cannot leave without moving the others
   bool is_by_name = false;    // its name decides, since the type has no paths
};

// A rule returns true when the value is dealt with: what lies inside is not looked at any more. What
// it finds goes into `found`.

// A value that a path of the catalogue names.
bool apply_catalogue_rule(const Candidate &candidate, const CataloguePath &path, Discovery &found);

// A SecureString object, wherever it stands.
bool apply_secure_string_rule(const Candidate &candidate, Discovery &found);

// `value` or `defaultValue` of a parameter of type SecureString.
bool apply_secure_default_rule(const Candidate &candidate, Discovery &found);

// Names and texts that look like secrets, for types that are not in the catalogue.
bool apply_generic_rule(const Candidate &candidate, Discovery &found);

// Notices about a value that no rule has taken.
void note_unclaimed(const Candidate &candidate, Discovery &found);

// What every rule asks first. True for what holds no secret of its own: nothing, a mask, an expression
// or a reference, which a notice tells of. What lies inside a reference is to be looked at still.
bool leave_alone(const Candidate &candidate, Discovery &found);

// Notices that rules share.
void note_redirectable(const Candidate &candidate, Discovery &found);
void note_spelled(const Candidate &candidate, Discovery &found);
void note_unknown_type(const Definition &definition, Discovery &found);
void note_credential(JsonValue credential, const std::string &pointer, Discovery &found);

// Finds of a whole value, and of the spans `cut` of its string_of().
Secret whole_secret(const Candidate &candidate, SecretKind kind, Remains remains,
                    std::string_view why);
Secret partial_secret(const Candidate &candidate, SecretKind kind, std::vector<TextSpan> cut,
                      std::string_view why);

// The string of a value: itself or the one inside a SecureString or an Expression object; no value
// where there is none.
JsonValue string_of(const Candidate &candidate);

} // namespace keyseat

#endif
