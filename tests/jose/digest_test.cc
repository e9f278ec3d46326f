// SPDX-License-Identifier: Apache-2.0

#include "jose/digest.h"

#include <gtest/gtest.h>

namespace keyseat {
namespace {

// FIPS 180-4's example of one block, "abc".
TEST(Digest, IsSha256InBase64url) {
   EXPECT_EQ(plain_digest(as_bytes("abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

TEST(Digest, TakesSaltLengthNameAndContent) {
   const std::string input =
         std::string("salt") + std::string("\0\0\0\0\0\0\0\2", 8) + "ab" + "content";
   EXPECT_EQ(salted_digest(as_bytes("salt"), "ab", as_bytes("content")),
             plain_digest(as_bytes(input)));
}

TEST(Digest, KeepsNameAndContentApart) {
   EXPECT_NE(salted_digest({}, "ab", as_bytes("c")), salted_digest({}, "a", as_bytes("bc")));
   EXPECT_NE(salted_digest(as_bytes("s"), "a", as_bytes("c")),
             salted_digest(as_bytes("t"), "a", as_bytes("c")));
}

} // namespace
} // namespace keyseat
