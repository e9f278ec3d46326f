// SPDX-License-Identifier: Apache-2.0
//
// Text that a plugin hands over: never trusted to be short, printable or UTF-8.

#ifndef KEYSEAT_HOST_FOREIGN_TEXT_H
#define KEYSEAT_HOST_FOREIGN_TEXT_H

#include <keyseat/plugin/values.h>

#include <string>
#include <string_view>

namespace keyseat {

// `text` cut to KEYSEAT_MAX_TEXT bytes and made printable.
std::string foreign_text(std::string_view text);

// The same of a C string; null is empty. Looks at KEYSEAT_MAX_TEXT bytes at most.
std::string foreign_text(const char *text);

// True for text that is UTF-8 without anything that printable() would escape.
bool is_printable(std::string_view text);

// A C string of at most `limit` bytes as a view; a longer one is cut to `limit` + 1 bytes. Not null.
std::string_view bounded(const char *text, std::size_t limit);

} // namespace keyseat

#endif
