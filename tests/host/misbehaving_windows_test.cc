// SPDX-License-Identifier: Apache-2.0
//
// What a plugin cannot do in the job of Windows, and what becomes of its processes.

#include "host/misbehaving.h"

#include <gmock/gmock.h>

#include <cerrno>

#include "host/processes.h"

namespace keyseat::test {
namespace {

// What Wine has started ends with the worker all the same, which the fixture looks at.
TEST_F(Misbehaving, NoProcessIsStartedOrItEndsWithTheWorker) {
   EXPECT_EQ(errno_of("fork"), has_jobs_without_limits() ? 0 : EPERM);
   ASSERT_EQ(children().size(), 1U);
   EXPECT_EQ(family_of(children()[0]).size(), has_jobs_without_limits() ? 2U : 1U);
}

} // namespace
} // namespace keyseat::test
