// SPDX-License-Identifier: Apache-2.0
//
// Protectors where there is fork().

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/test_host.h"

namespace keyseat::test {
namespace {

TEST(Fork, LeavesTheInstanceToTheParent) {
   auto probe = open_probe({});
   const pid_t child = fork();
   if (child == 0) {
      const Error error = error_of([&] { probe->status({}); });
      const auto own = open_probe({});
      const unsigned closed = probe_counts(*own).closed;
      probe.reset();
      const bool left_alone = probe_counts(*own).closed == closed;
      _exit(error.code() == ErrorCode::internal && left_alone ? 0 : 1);
   }
   int status = 0;
   ASSERT_EQ(waitpid(child, &status, 0), child);
   EXPECT_EQ(status, 0);
   EXPECT_EQ(probe->status({}).health, Health::ok);
}

} // namespace
} // namespace keyseat::test
