// SPDX-License-Identifier: Apache-2.0
//
// The descriptors of a worker process, by number. For the POSIX sources of this room only.

#ifndef KEYSEAT_BASE_WORKER_POSIX_H
#define KEYSEAT_BASE_WORKER_POSIX_H

#include "base/platform_sandbox.h"

namespace keyseat::platform {

// Inherited: standard input, output and error lead nowhere.
inline constexpr int kLibrary = 3;
inline constexpr int kInheritedLifeline = 4;
inline constexpr int kFirstChannel = 5;
inline constexpr int kMostChannels = 64;

// Where the worker keeps its lifeline: out of the way of the programs that a library may start, since it
// cannot be closed there (platform_seccomp_posix.cc).
inline constexpr int kLifeline = kMostWorkerFiles - 1;

} // namespace keyseat::platform

#endif
