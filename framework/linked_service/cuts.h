// SPDX-License-Identifier: Apache-2.0
//
// Cuts: the runs of a document's text that secrets occupy.

#ifndef KEYSEAT_LINKED_SERVICE_CUTS_H
#define KEYSEAT_LINKED_SERVICE_CUTS_H

#include "linked_service/discovery.h"

#include <cstddef>
#include <vector>

namespace keyseat {

// One value that leaves the text, as a whole or for something else.
struct Leaving {
   JsonValue value;
   Remains remains = Remains::nothing;
};

struct Cut {
   JsonSpan span;         // of the value; of its member with a comma, for Remains::nothing
   std::size_t index = 0; // into the values that were asked for
};

// The cuts for values of one tree, in the order of the text. Members that leave one object are seen
// together. Linear but for the sorting.
std::vector<Cut> cuts_of(const std::vector<Leaving> &leaving);

} // namespace keyseat

#endif
