// SPDX-License-Identifier: Apache-2.0

#include "left_behind.h"

namespace tpm2 {

void LeftBehind::take(std::list<LineWorker> &worker) {
   const std::lock_guard lock(mutex_);
   const auto now = Deadline::Clock::now();
   workers_.remove_if([&](LineWorker &other) { return other.finishes_until(now); });
   workers_.splice(workers_.end(), worker);
}

LeftBehind::~LeftBehind() {
   const auto end = Deadline::Clock::now() + kLineGrace;
   for (LineWorker &worker : workers_)
      worker.finishes_until(end);
}

} // namespace tpm2
