// SPDX-License-Identifier: Apache-2.0
//
// The names that a configuration uses: of protectors, plugins and bindings.

#ifndef KEYSEAT_CONFIG_NAMES_H
#define KEYSEAT_CONFIG_NAMES_H

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// Kebab-case: a lower-case letter, then letters, digits and hyphens; at most 64 characters.
bool is_protector_name(std::string_view name);

// A short name or a reverse-DNS one: letters, digits, hyphens and single dots within; at most 128
// characters. It becomes a file's name, so nothing else can stand in it.
bool is_plugin_name(std::string_view id);

// The scopes of a binding, from the least to the strictest: "type", "target", "strict".
const std::vector<std::string> &binding_words();

// The place of `word` in that order. Requires one of the words.
std::size_t binding_strength(std::string_view word);
bool is_binding(std::string_view word);

} // namespace keyseat

#endif
