// SPDX-License-Identifier: Apache-2.0
//
// The environment of a worker process: clean, but for what tells PKCS#11 modules where their
// configuration is (docs/isolation.md).

#ifndef KEYSEAT_HOST_WORKER_ENVIRONMENT_H
#define KEYSEAT_HOST_WORKER_ENVIRONMENT_H

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// Out of `all` ("NAME=value" each): variables that are known to be harmless, and those named in `more`.
// Added are LANG=C.UTF-8 and what keeps libraries quiet.
std::vector<std::string> worker_environment(const std::vector<std::string> &all,
                                            const std::vector<std::string> &more);

// Variables that make libraries load code, or trace what they do with secrets. They are never passed on.
bool is_forbidden_variable(std::string_view name);

} // namespace keyseat

#endif
