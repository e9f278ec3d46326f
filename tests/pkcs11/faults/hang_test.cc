// SPDX-License-Identifier: Apache-2.0
//
// A call that never comes back from the module keeps nobody else: another instance of the same process works
// meanwhile. (That the host gives it up at its deadline is in host_test.cc.)

#include "pkcs11/faults/token_test.h"

#include <chrono>
#include <thread>

namespace pkcs11_test {
namespace {

class Hang : public TokenTest {
 protected:
   void SetUp() override {
      ASSERT_NO_FATAL_FAILURE(ensure_key("oct", "oct"));
      wrapped_ = open("oct")->wrap(cek_);
      ASSERT_EQ(wrapped_.status, KEYSEAT_OK);
   }

   std::uint32_t calls_of_first_unwrap() {
      const auto opened = open("oct");
      plan_.disarm();
      EXPECT_EQ(opened->unwrap(wrapped_).cek, cek_);
      return plan_.calls();
   }

   void wait_until_it_hangs() const {
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
      while (plan_.faults() == 0 && std::chrono::steady_clock::now() < deadline)
         std::this_thread::sleep_for(std::chrono::milliseconds(1));
      EXPECT_EQ(plan_.faults(), 1u);
   }

   contract::Bytes cek_ = random_cek();
   contract::Wrapped wrapped_;
};

TEST_F(Hang, AtAnyCallAnotherInstanceWorks) {
   const std::uint32_t calls = calls_of_first_unwrap();
   constexpr std::uint32_t kInitialize =
         1; // which no two threads may make at once: the other one waits
   for (std::uint32_t number = kInitialize + 1; number <= calls; ++number) {
      const auto hanging = open("oct");
      plan_.arm({"hang", FAULT_HANG, 0}, number);
      contract::Unwrapped late;
      std::thread thread([&] { late = hanging->unwrap(wrapped_); });
      wait_until_it_hangs();
      EXPECT_EQ(open("oct")->unwrap(wrapped_).cek, cek_)
            << "while call " << number << " hangs, " << plan_.last_function();
      plan_.disarm();
      thread.join();
      EXPECT_EQ(late.cek, cek_) << "after call " << number << " has come back";
      if (HasFailure()) return;
   }
}

TEST_F(Hang, ADelayAtAnyCallIsNoFailure) {
   const std::uint32_t calls = calls_of_first_unwrap();
   for (std::uint32_t number = 1; number <= calls; ++number) {
      plan_.arm({"delay", FAULT_DELAY, 5}, number);
      EXPECT_EQ(open("oct")->unwrap(wrapped_).cek, cek_) << number;
   }
}

} // namespace
} // namespace pkcs11_test
