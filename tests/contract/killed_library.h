// SPDX-License-Identifier: Apache-2.0
//
// When the library's worker process is killed.

#ifndef KEYSEAT_TESTS_CONTRACT_KILLED_LIBRARY_H
#define KEYSEAT_TESTS_CONTRACT_KILLED_LIBRARY_H

#include "contract/killing_launcher.h"

namespace contract {

Moment &moment();

} // namespace contract

#endif
