// SPDX-License-Identifier: Apache-2.0
//
// The statuses of <keyseat/plugin/status.h> as people read them.

#ifndef KEYSEAT_TESTS_CONTRACT_STATUS_NAME_H
#define KEYSEAT_TESTS_CONTRACT_STATUS_NAME_H

#include <keyseat/plugin/status.h>

#include <string>

namespace contract {

// "KEYSEAT_E_LIMIT"; "the unknown status 99" for what this draft does not know.
std::string status_name(keyseat_status status);

bool is_known(keyseat_status status);

} // namespace contract

#endif
