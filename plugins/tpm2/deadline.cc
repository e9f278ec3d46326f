// SPDX-License-Identifier: Apache-2.0

#include "deadline.h"

#include <algorithm>
#include <thread>

namespace tpm2 {

using keyseat::sdk::Failure;

namespace {

constexpr std::chrono::milliseconds kSlice{20};

// By how much the host's clock may be ahead: the call began there. It cancels a call whose time is over.
constexpr std::chrono::milliseconds kAhead{250};

} // namespace

Deadline::Deadline(const keyseat::sdk::Call &call, std::chrono::milliseconds longest)
      : call_(call), end_(Clock::now() + longest) {
   const std::chrono::milliseconds timeout(call.timeout_ms());
   if (timeout.count() > 0 && timeout < longest) end_ += timeout - longest;
}

void Deadline::check() const {
   if (Clock::now() >= end_ || (call_.is_cancelled() && Clock::now() >= end_ - kAhead)) {
      throw Failure(KEYSEAT_E_TIMEOUT, "the TPM does not answer in time")
            .with_hint("another program may be using it, or it hangs: look at the kernel's log");
   }
   call_.check_cancelled();
}

void Deadline::sleep(std::chrono::milliseconds duration) const {
   const auto until = std::min(Clock::now() + duration, end_);
   while (!is_over() && Clock::now() < until) {
      std::this_thread::sleep_for(std::min<Clock::duration>(kSlice, until - Clock::now()));
   }
   check();
}

} // namespace tpm2
