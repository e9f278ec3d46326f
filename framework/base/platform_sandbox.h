// SPDX-License-Identifier: Apache-2.0
//
// What a worker process gives up before it runs foreign code (docs/isolation.md).

#ifndef KEYSEAT_BASE_PLATFORM_SANDBOX_H
#define KEYSEAT_BASE_PLATFORM_SANDBOX_H

#include <cstdint>
#include <string>
#include <vector>

#include "base/platform.h"

namespace keyseat::platform {

// What the system can enforce here. Where it cannot, a worker runs without, and users are told.
struct SandboxSupport {
   bool files = false;        // it reaches the named files only
   bool network = false;      // it reaches other machines only where it may
   bool signals = false;      // it sends no signal to other processes, by any way
   bool system_calls = false; // it makes no call that no plugin needs
   bool programs = false;     // it starts none, once its instance is open
   bool memory = false;       // it gets no more than kMostWorkerMemory
};
SandboxSupport sandbox_support() noexcept;

inline constexpr std::uint64_t kMostWorkerMemory = std::uint64_t{1} << 30; // bytes of private data
inline constexpr int kMostWorkerFiles = 256;                               // open at a time

// What a worker may reach beyond the system's programs, libraries and settings, which it may read.
struct SandboxAccess {
   std::vector<std::string> read; // files, or folders with all that is in them
   std::vector<std::string>
         write; // folders with all that is in them; a file stands for its folder,
                // where its temporary files lie
   std::vector<std::string> device; // devices
   bool network = false;
};

// The three steps, in this order, none of which can be undone. They hold for all threads, and for all
// processes that are started. Throw Error(internal) when the system refuses what it supports.

// No core dumps, no look from outside, no privileges by starting programs, limits on memory and files.
void limit_worker();

// No access but this, and to the library. Before foreign code runs.
void restrict_access(const SandboxAccess &access, const PinnedFile &library);

enum class WorkerPhase {
   loading, // the library, and open(): they may start programs
   serving,
};

// No call that no plugin needs in the phase: such a call fails with EPERM. Without `network`, that is asked
// for in the first phase, no sockets but those of this machine.
void restrict_system_calls(WorkerPhase phase, bool network = true);

} // namespace keyseat::platform

#endif
