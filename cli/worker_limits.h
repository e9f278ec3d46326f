// SPDX-License-Identifier: Apache-2.0
//
// What worker processes are held to on this system, in words (docs/isolation.md).

#ifndef KEYSEAT_CLI_WORKER_LIMITS_H
#define KEYSEAT_CLI_WORKER_LIMITS_H

#include <string>
#include <vector>

namespace keyseat::cli {

// "files", "network", "signals", "system-calls", "memory".
struct WorkerLimits {
   std::vector<std::string> enforced;
   std::vector<std::string> missing; // this system, or this build, has no means
};
WorkerLimits worker_limits();

// "limited in files, ...; not in ..., since this system has no means".
std::string worker_limits_text();

} // namespace keyseat::cli

#endif
