// SPDX-License-Identifier: Apache-2.0
//
// Whether a descriptor keeps the contract (descriptor.h, option.h).

#ifndef KEYSEAT_HOST_DESCRIPTOR_CHECK_H
#define KEYSEAT_HOST_DESCRIPTOR_CHECK_H

#include <keyseat/plugin/descriptor.h>

#include <string>
#include <string_view>

namespace keyseat {

// How the descriptor of the library file `file_id`.so breaks the contract, as the end of a sentence;
// empty when it does not. `descriptor` may be null. Reads no member beyond its struct_size.
std::string descriptor_breach(const keyseat_descriptor *descriptor, std::string_view file_id);

} // namespace keyseat

#endif
