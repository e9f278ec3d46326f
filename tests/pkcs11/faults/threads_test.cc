// SPDX-License-Identifier: Apache-2.0
//
// Sixteen threads on one protector, and children in the middle. $KEYSEAT_TEST_SECONDS: for how long, by default 3.

#include "pkcs11/faults/token_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace pkcs11_test {
namespace {

using Clock = std::chrono::steady_clock;

class Threads : public TokenTest, public testing::WithParamInterface<const char *> {
 protected:
   static std::chrono::seconds duration() {
      const char *seconds = std::getenv("KEYSEAT_TEST_SECONDS");
      return std::chrono::seconds(seconds == nullptr ? 3 : std::atoi(seconds));
   }

   // Wraps, unwraps, and has an altered key refused.
   static bool is_right(const contract::Opened &opened) {
      const contract::Bytes cek = random_cek();
      contract::Wrapped wrapped = opened.wrap(cek);
      if (opened.unwrap(wrapped).cek != cek) return false;
      wrapped.encrypted_key.back() ^= 1;
      return opened.unwrap(wrapped).status == KEYSEAT_E_TAMPERED;
   }

   // Children that leave the protector alone, as they shall: other threads may be anywhere in the module.
   static void fork_and_wait() {
      const pid_t child = fork();
      if (child == 0) _exit(7);
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
   }
};

TEST_P(Threads, AllResultsAreRightAndForkChangesNothing) {
   ASSERT_NO_FATAL_FAILURE(ensure_key(GetParam(), GetParam()));
   const auto opened = open(GetParam());
   const Clock::time_point end = Clock::now() + duration();
   std::atomic<std::uint64_t> right{0};
   std::atomic<std::uint64_t> wrong{0};
   std::vector<std::thread> threads;
   for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
         do
            ++(is_right(*opened) ? right : wrong);
         while (Clock::now() < end);
      });
   }
   do {
      fork_and_wait();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
   } while (Clock::now() < end);
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_EQ(wrong, 0u);
   EXPECT_GE(right, 16u);
   RecordProperty("right", std::to_string(right));
}

INSTANTIATE_TEST_SUITE_P(Keys, Threads, testing::Values("oct", "P-256"), [](const auto &key) {
   return std::string(key.param) == "oct" ? "oct" : "P256";
});

} // namespace
} // namespace pkcs11_test
