// SPDX-License-Identifier: Apache-2.0
//
// ProcessLauncher: starts worker processes (the program keyseat-worker) for one library.

#ifndef KEYSEAT_HOST_PROCESS_LAUNCHER_H
#define KEYSEAT_HOST_PROCESS_LAUNCHER_H

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/platform.h"
#include "host/isolation.h"
#include "host/messages.h"
#include "host/worker.h"

namespace keyseat {

class ProcessLauncher final : public WorkerLauncher {
 public:
   // Workers load the bytes of `library`, which have been looked at. Throws
   // Error(protector_unavailable) when there is no program that may be run.
   ProcessLauncher(std::string id, std::shared_ptr<const platform::PinnedFile> library,
                   Isolation isolation);

   // Starts a worker to ask the library what it is. The message lives during `look`. Throws as
   // launch() does.
   void describe(const std::function<void(const LoadedMessage &)> &look) const;

   std::unique_ptr<Worker> launch(const WorkerPaths &paths) const override;
   bool can_restart() const override { return true; }
   const char *noun() const override { return "its worker process"; }

   // For plugins that connect to other machines; otherwise workers cannot.
   void allow_network() { network_ = true; }

 private:
   std::unique_ptr<Worker> start(const WorkerPaths &paths,
                                 const std::function<void(const LoadedMessage &)> &look) const;

   const std::string id_;
   const std::shared_ptr<const platform::PinnedFile> library_;
   const Isolation isolation_;
   const std::filesystem::path program_;
   bool network_ = false;
};

// Where the program is: beside this executable (../libexec/keyseat), or where it was installed. Throws
// Error(protector_unavailable): there is none, or somebody untrusted could have put it there.
std::filesystem::path worker_program();

} // namespace keyseat

#endif
