// SPDX-License-Identifier: Apache-2.0
//
// KillingLauncher: starts workers as another launcher does, hands their frames on, and kills one of them
// (SIGKILL, TerminateProcess) before or after a frame of the test's choice.

#ifndef KEYSEAT_TESTS_CONTRACT_KILLING_LAUNCHER_H
#define KEYSEAT_TESTS_CONTRACT_KILLING_LAUNCHER_H

#include "host/worker.h"

#include <memory>
#include <mutex>
#include <utility>

namespace contract {

// Moments count frames in both directions, from when they are armed: 0 is before the first one is handed
// on, 1 after that, 2 before the second one, and so on. One worker dies at most. Thread-safe.
class Moment {
 public:
   void arm(int moment) {
      const std::lock_guard lock(mutex_);
      left_ = moment;
   }

   // Ends the waiting for it. True when it has come.
   bool disarm() {
      const std::lock_guard lock(mutex_);
      return std::exchange(left_, kNever) == kCame;
   }

   // Hands a frame on, unless its moment comes before. False when that is the end: `kill` was called, or
   // `send` has returned false.
   template <class Send, class Kill>
   bool pass(Send send, Kill kill) {
      const std::lock_guard lock(mutex_); // no answer overtakes the moment after its question
      if (comes()) return kill(), false;
      if (!send()) return false;
      if (comes()) return kill(), false;
      return true;
   }

 private:
   static constexpr int kNever = -1;
   static constexpr int kCame = -2;

   bool comes() {
      const bool now = left_ == 0;
      if (left_ >= 0) left_ = now ? kCame : left_ - 1;
      return now;
   }

   std::mutex mutex_;
   int left_ = kNever;
};

class KillingLauncher final : public keyseat::WorkerLauncher {
 public:
   // `moment` outlives the launcher.
   KillingLauncher(std::unique_ptr<const keyseat::WorkerLauncher> launcher, Moment &moment)
         : launcher_(std::move(launcher)), moment_(moment) {}

   std::unique_ptr<keyseat::Worker> launch(const keyseat::WorkerPaths &paths) const override;
   bool can_restart() const override { return launcher_->can_restart(); }
   const char *noun() const override { return launcher_->noun(); }

 private:
   const std::unique_ptr<const keyseat::WorkerLauncher> launcher_;
   Moment &moment_;
};

} // namespace contract

#endif
