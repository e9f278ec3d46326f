// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <keyseat/secret.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/child_posix.h"

namespace keyseat {
namespace {

class SecretForkPosix : public testing::TestWithParam<SecretMemory (*)()> {};

TEST_P(SecretForkPosix, SurvivesAForkWhileAnotherThreadAllocates) {
   std::atomic<bool> stop{false};
   std::thread busy([&] {
      while (!stop)
         SecretBytes(GetParam()(), 100);
   });
   for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(in_child([&] {
                   ::alarm(10); // a lock that nobody holds any more would never be free
                   SecretBytes(GetParam()(), 100);
                   return 0;
                }),
                0);
   }
   stop = true;
   busy.join();
}

INSTANTIATE_TEST_SUITE_P(BothTiers, SecretForkPosix, testing::Values(&key_memory, &document_memory),
                         [](const auto &tier) { return tier.index == 0 ? "Keys" : "Documents"; });

} // namespace
} // namespace keyseat
