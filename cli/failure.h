// SPDX-License-Identifier: Apache-2.0
//
// Whatever was thrown, as an Error: what ends a program, or one file of several.

#ifndef KEYSEAT_CLI_FAILURE_H
#define KEYSEAT_CLI_FAILURE_H

#include <keyseat/error.h>

namespace keyseat::cli {

// The exception that is being handled. For use in a catch block only.
Error current_failure();

} // namespace keyseat::cli

#endif
