// SPDX-License-Identifier: Apache-2.0

#include "pkcs11/faults/hanging_calls.h"

#include "contract/process_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace pkcs11_test {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

namespace {

constexpr std::uint32_t kTimeout = 500; // ms; to be given up takes the host two seconds more
constexpr std::uint32_t kLongestTimeout = 8000; // ms
constexpr std::size_t kMostHanging = 60;        // at once, since each keeps descriptors and threads

void allow_many_files() {
   struct ::rlimit files {};
   ::getrlimit(RLIMIT_NOFILE, &files);
   files.rlim_cur = files.rlim_max;
   ::setrlimit(RLIMIT_NOFILE, &files);
}

} // namespace

HangingCalls::HangingCalls(PlanFile &plan)
      : plan_(plan), threads_before_(contract::thread_count()) {
   allow_many_files(); // calls that were given up keep theirs
}

void HangingCalls::add(std::uint32_t number, const Open &open, const Ask &ask) {
   for (std::uint32_t timeout = kTimeout;; timeout *= 2) {
      Hanging one{open(), ask, {}, {}};
      plan_.arm({"hang", FAULT_HANG, 0}, number);
      one.failure = std::async(std::launch::async, [&ask, timeout, &protector = *one.protector] {
         return ask(protector, timeout);
      });
      while (plan_.faults() == 0 &&
             one.failure.wait_for(milliseconds(1)) != std::future_status::ready) {
      }
      if (plan_.faults() == 0) { // a busy machine may be too slow for the timeout
         const bool is_late = !one.failure.get().empty() && timeout < kLongestTimeout;
         if (is_late) continue;
         throw std::runtime_error("call " + std::to_string(number) + " was not reached");
      }
      one.place = plan_.last_function() + " at call " + std::to_string(number);
      hanging_.push_back(std::move(one));
      ++count_;
      if (hanging_.size() == kMostHanging) expect_to_be_given_up();
      return;
   }
}

void HangingCalls::expect_to_be_given_up() {
   for (Hanging &one : hanging_) {
      SCOPED_TRACE(one.place);
      EXPECT_THAT(one.failure.get(), HasSubstr("was given up"));
      EXPECT_THAT(one.ask(*one.protector, kTimeout), HasSubstr("hangs in this process"));
   }
   hanging_.clear();
}

void HangingCalls::release() {
   plan_.disarm();
   const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
   while (contract::thread_count() > threads_before_ && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(milliseconds(2));
   EXPECT_EQ(contract::thread_count(), threads_before_) << "all have come back";
}

} // namespace pkcs11_test
