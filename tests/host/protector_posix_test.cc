// SPDX-License-Identifier: Apache-2.0
//
// Protectors where there is fork().

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "host/test_host.h"

namespace keyseat::test {
namespace {

// How many instances the probe's library has opened and closed in this process.
struct Counts {
   unsigned opened = 0;
   unsigned closed = 0;
};

Counts counts(Protector &probe) {
   Counts counts;
   const std::string details = probe.status({}).details;
   EXPECT_EQ(std::sscanf(details.c_str(), R"({"opened":%u,"closed":%u)", &counts.opened,
                         &counts.closed),
             2);
   return counts;
}

TEST(Fork, LeavesTheInstanceToTheParent) {
   auto probe = open_probe({});
   const pid_t child = fork();
   if (child == 0) {
      const Error error = error_of([&] { probe->status({}); });
      const auto own = open_probe({});
      const unsigned closed = counts(*own).closed;
      probe.reset();
      const bool left_alone = counts(*own).closed == closed;
      _exit(error.code() == ErrorCode::internal && left_alone ? 0 : 1);
   }
   int status = 0;
   ASSERT_EQ(waitpid(child, &status, 0), child);
   EXPECT_EQ(status, 0);
   EXPECT_EQ(probe->status({}).health, Health::ok);
}

} // namespace
} // namespace keyseat::test
