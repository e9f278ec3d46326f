// SPDX-License-Identifier: Apache-2.0
//
// JSON pointers resolved: many of them in one pass, where resolve_pointer() for each would take quadratic
// time.

#ifndef KEYSEAT_LINKED_SERVICE_POINTER_LOOKUP_H
#define KEYSEAT_LINKED_SERVICE_POINTER_LOOKUP_H

#include "json/document.h"
#include "json/pointer.h"

#include <string>
#include <vector>

namespace keyseat {

// The values that `pointers` name, seen from `base`, in their order; no value where there is none. The
// pointers are well-formed, and no object has two names that differ in case only, as in every definition
// (find_definitions). Names match without regard to the case of ASCII letters. Linear in the values and
// the pointers.
std::vector<JsonValue> look_up(JsonValue base, const std::vector<std::string> &pointers);

// The pointer of the enclosing object or array: all but the last token. Empty for the empty pointer.
std::string parent_pointer(const std::string &pointer);

} // namespace keyseat

#endif
