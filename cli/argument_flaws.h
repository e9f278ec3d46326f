// SPDX-License-Identifier: Apache-2.0
//
// What can be wrong with the value of an option: each function says it, or nothing. No text repeats the
// value, which may be a secret in the wrong place.

#ifndef KEYSEAT_CLI_ARGUMENT_FLAWS_H
#define KEYSEAT_CLI_ARGUMENT_FLAWS_H

#include <functional>
#include <string>

namespace keyseat::cli {

std::string empty_flaw(const std::string &path);
std::string descriptor_flaw(const std::string &number);

// `words` are separated by '|', as help shows them.
std::function<std::string(const std::string &word)> one_of(std::string words);

} // namespace keyseat::cli

#endif
