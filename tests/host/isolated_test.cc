// SPDX-License-Identifier: Apache-2.0
//
// A protector whose plugin runs in a worker process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/log.h>

#include <string>

#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Isolated, OpensWhatItHasWrapped) {
   const auto probe = open_isolated_probe({});
   const WrappedCek wrapped = probe->wrap({}, some_cek());
   const auto cek = probe->unwrap({}, wrapped.header, wrapped.encrypted_key);
   ASSERT_TRUE(cek);
   EXPECT_EQ(Bytes(cek->data(), cek->data() + cek->size()), some_cek());
   EXPECT_TRUE(is_secret_memory(cek->data()));
}

} // namespace
} // namespace keyseat::test
