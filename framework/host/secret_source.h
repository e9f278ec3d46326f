// SPDX-License-Identifier: Apache-2.0
//
// The forms in which an option names the source of a secret: a path, "fd:N", "credential:NAME".

#ifndef KEYSEAT_HOST_SECRET_SOURCE_H
#define KEYSEAT_HOST_SECRET_SOURCE_H

#include <string>
#include <string_view>

namespace keyseat {

// What is wrong with the form of `source`, as the end of a sentence; empty when nothing is. Looks at
// no file.
std::string secret_source_mistake(std::string_view source);

// True when `source` is none of the prefixed forms.
bool is_path_source(std::string_view source);

} // namespace keyseat

#endif
