// SPDX-License-Identifier: Apache-2.0
//
// What --help says of each command: its purpose and an example.

#ifndef KEYSEAT_CLI_HELP_H
#define KEYSEAT_CLI_HELP_H

#include <string_view>

namespace keyseat::cli {

struct HelpText {
   std::string_view command; // "protector create"; empty: the program
   std::string_view purpose; // one sentence
   std::string_view example;
};

// The text for a command. Every command has one.
HelpText help_text(std::string_view command);

} // namespace keyseat::cli

#endif
