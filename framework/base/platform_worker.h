// SPDX-License-Identifier: Apache-2.0
//
// A worker process: how the host starts it and ends it, and what it finds when it has started.

#ifndef KEYSEAT_BASE_PLATFORM_WORKER_H
#define KEYSEAT_BASE_PLATFORM_WORKER_H

#include "base/platform.h"
#include "base/platform_channel.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace keyseat::platform {

// -- the host's side ---------------------------------------------------------------------------------

// A program that runs beside this one, with all the processes that it starts: they end together, by
// end(), or when this process is gone, however that came. Its destructor ends it. Not thread-safe.
class WorkerProcess {
 public:
   // Starts `program` with an empty standard input, output and error that lead nowhere, the library,
   // its ends of the channels, and nothing else that is open here. `environment` ("NAME=value") is
   // all of its environment. No page of this process's memory is shared with it or copied to it.
   // Throws Error(protector_unavailable).
   WorkerProcess(const std::filesystem::path &program, const PinnedFile &library,
                 const std::vector<Channel> &channels, const std::vector<std::string> &environment);
   WorkerProcess(const WorkerProcess &) = delete;
   WorkerProcess &operator=(const WorkerProcess &) = delete;
   ~WorkerProcess();

   // Lets it end by itself, and ends it when it has not after `time`. Then it is gone, its children
   // too, and nothing of it is left in the process table. Says how it came, as the end of a
   // sentence: "ended with exit code 1", "was ended by signal 11 (Segmentation fault)"; again at
   // each further call.
   const std::string &end(std::chrono::milliseconds time = std::chrono::milliseconds(0)) noexcept;

   // It has ended, by itself or otherwise; what it has started may still be there. Thread-safe.
   bool has_ended() const noexcept;

   std::int64_t id() const; // of the process

 private:
   struct State;
   std::unique_ptr<State> state_;
};

// The environment of this process: "NAME=value" each.
std::vector<std::string> environment();

// -- the worker's side -------------------------------------------------------------------------------

struct WorkerEnds {
   std::unique_ptr<PinnedFile> library;
   std::vector<Channel> channels;
};

// What the host has handed over to this process, whose main() got these arguments. From then on the
// process ends when its host does, whatever it is doing. Throws Error(usage) when no host started it.
WorkerEnds inherited_worker_ends(int argc, char **argv);

// Ends this process at once: no exit handlers, no destructors.
[[noreturn]] void end_process(int exit_code) noexcept;

} // namespace keyseat::platform

#endif
