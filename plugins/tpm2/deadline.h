// SPDX-License-Identifier: Apache-2.0
//
// Deadline: how long one call may wait for the TPM.

#ifndef TPM2_DEADLINE_H
#define TPM2_DEADLINE_H

#include <keyseat/sdk/call.h>

#include <chrono>

namespace tpm2 {

// Ends when the call's timeout is over, when the host does not want the result any more, or after
// kPatience where the host sets no timeout: making an RSA key takes a slow chip more than a minute,
// and nothing takes it longer. Borrows the call.
class Deadline {
 public:
   using Clock = std::chrono::steady_clock;
   static constexpr std::chrono::milliseconds kPatience{180'000};

   // `longest` limits the wait beyond what the call says; status() has a second.
   explicit Deadline(const keyseat::sdk::Call &call, std::chrono::milliseconds longest = kPatience);

   bool is_over() const { return call_.is_cancelled() || Clock::now() >= end_; }

   // Throws Failure: E_TIMEOUT when the time is over, E_CANCELLED when the host gave up before.
   void check() const;

   // Waits, but not beyond the end; then check().
   void sleep(std::chrono::milliseconds duration) const;

   // The time that a person takes to answer does not count.
   void extend(Clock::duration duration) { end_ += duration; }

   const keyseat::sdk::Call &call() const { return call_; }

 private:
   const keyseat::sdk::Call &call_;
   Clock::time_point end_;
};

} // namespace tpm2

#endif
