// SPDX-License-Identifier: Apache-2.0
//
// One kid of 64 begins with a hyphen: a thumbprint is base64url (RFC 7638).

#ifndef KEYSEAT_CLI_KID_ARGUMENT_H
#define KEYSEAT_CLI_KID_ARGUMENT_H

#include <string>
#include <vector>

namespace keyseat::cli {

// The arguments of `protector destroy` with such a kid behind a "--" at the end, where it is taken for no
// option; those of any other command as they are. What follows a "--" already stays there.
std::vector<std::string> with_kid_last(std::vector<std::string> arguments);

} // namespace keyseat::cli

#endif
