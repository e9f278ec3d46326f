// SPDX-License-Identifier: Apache-2.0
#include "cli/worker_limits.h"

#include <fmt/format.h>

#include "base/platform_sandbox.h"

namespace keyseat::cli {

WorkerLimits worker_limits() {
   const platform::SandboxSupport support = platform::sandbox_support();
   WorkerLimits limits;
   const auto add = [&](const char *name, bool is_enforced) {
      (is_enforced ? limits.enforced : limits.missing).emplace_back(name);
   };
   add("files", support.files);
   add("network", support.network);
   add("signals", support.signals);
   add("system-calls", support.system_calls);
   add("programs", support.programs);
   add("memory", support.memory);
   return limits;
}

std::string worker_limits_text() {
   const WorkerLimits limits = worker_limits();
   std::string text;
   if (!limits.enforced.empty())
      text = fmt::format("limited in {}", fmt::join(limits.enforced, ", "));
   if (!limits.missing.empty()) {
      text += fmt::format("{}not limited in {}, for which this system has no means",
                          text.empty() ? "" : "; ", fmt::join(limits.missing, ", "));
   }
   return text;
}

} // namespace keyseat::cli
