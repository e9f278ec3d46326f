// SPDX-License-Identifier: Apache-2.0
//
// What a plugin cannot do in the job of Windows, and what becomes of its processes.

#include "host/misbehaving.h"

#include <gmock/gmock.h>
#include <windows.h>

#include <cerrno>

#include "host/processes.h"

namespace keyseat::test {
namespace {

// Wine does not count the processes of a job; what it has started ends with the worker there, too, which
// the fixture looks at.
bool is_wine() {
   return ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

TEST_F(Misbehaving, NoProcessIsStartedOrItEndsWithTheWorker) {
   EXPECT_EQ(errno_of("fork"), is_wine() ? 0 : EPERM);
   ASSERT_EQ(children().size(), 1U);
   EXPECT_EQ(family_of(children()[0]).size(), is_wine() ? 2U : 1U);
}

} // namespace
} // namespace keyseat::test
