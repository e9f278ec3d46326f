// SPDX-License-Identifier: Apache-2.0
//
// ThreadLauncher: runs a plugin on threads of this process that can be given up (R-ABN-1).

#ifndef KEYSEAT_HOST_THREAD_LAUNCHER_H
#define KEYSEAT_HOST_THREAD_LAUNCHER_H

#include <keyseat/plugin/descriptor.h>

#include "host/worker.h"

namespace keyseat {

// Everything that the plugin can reach during a call belongs to the thread that makes it: arguments,
// sinks, call, host. When the call is given up, all of it is left to the thread for ever.
class ThreadLauncher final : public WorkerLauncher {
 public:
   // The descriptor of a library in this process, checked.
   explicit ThreadLauncher(const keyseat_descriptor &descriptor) : descriptor_(descriptor) {}

   std::unique_ptr<Worker> launch(const WorkerPaths &paths) const override;
   bool can_restart() const override { return false; }
   const char *noun() const override { return "its thread"; }

 private:
   const keyseat_descriptor &descriptor_;
};

} // namespace keyseat

#endif
