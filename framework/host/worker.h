// SPDX-License-Identifier: Apache-2.0
//
// Worker: where a plugin runs when it does not run on its caller's thread. A worker process can be
// ended at any time; a worker thread can be given up.

#ifndef KEYSEAT_HOST_WORKER_H
#define KEYSEAT_HOST_WORKER_H

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/platform_channel.h"

namespace keyseat {

// How many calls of one instance run at the same time at most; further ones wait.
inline constexpr std::size_t kParallelCalls = 8;

// A PluginServer (plugin_server.h) at the other end of kParallelCalls channels, its library loaded. The
// channels are for the owner to use, one thread each.
class Worker {
 public:
   explicit Worker(std::vector<platform::Channel> channels) : channels_(std::move(channels)) {}
   Worker(const Worker &) = delete;
   Worker &operator=(const Worker &) = delete;
   virtual ~Worker() = default; // as retire()

   platform::Channel &channel(std::size_t index) { return channels_[index]; }

   // It has ended, and sends nothing more. Processes that it has started may keep its ends of the channels
   // open, so that does not show there. Thread-safe.
   virtual bool has_ended() const noexcept = 0;

   // Ends it now, whatever it is doing. Says how it ended, as the end of a sentence: "was ended by
   // signal 11 (Segmentation fault)"; again at each further call. Thread-safe.
   virtual std::string end() noexcept = 0;

   // Ends it after its instance is closed, when nobody uses its channels any more.
   virtual void retire() noexcept = 0;

 protected:
   std::vector<platform::Channel> channels_;
};

// What a plugin may use beyond what every program needs.
struct WorkerPaths {
   std::vector<std::string> read;   // files, or folders with all that is in them
   std::vector<std::string> write;  // the same, for writing as well
   std::vector<std::string> device; // devices
};

// Starts workers for one protector. Thread-safe.
class WorkerLauncher {
 public:
   WorkerLauncher() = default;
   WorkerLauncher(const WorkerLauncher &) = delete;
   WorkerLauncher &operator=(const WorkerLauncher &) = delete;
   virtual ~WorkerLauncher() = default;

   // Throws Error(protector_unavailable, plugin_refused).
   virtual std::unique_ptr<Worker> launch(const WorkerPaths &paths) const = 0;

   // Whether another worker can take the place of one that has ended. Otherwise that was the last.
   virtual bool can_restart() const = 0;

   // "its worker process"
   virtual const char *noun() const = 0;
};

} // namespace keyseat

#endif
