// SPDX-License-Identifier: Apache-2.0
#include "config/comments.h"

#include <gtest/gtest.h>
#include <keyseat/sdk/jose/json.h>

namespace keyseat {
namespace {

TEST(Comments, LineCommentsBecomeSpacesUpToTheLinesEnd) {
   EXPECT_EQ(blank_comments("{ // x\n}"), "{     \n}");
   EXPECT_EQ(blank_comments("{ // x\r\n}"), "{     \r\n}");
   EXPECT_EQ(blank_comments("{} // x"), "{}     ");
}

TEST(Comments, BlockCommentsBecomeSpacesAndKeepTheirLineEnds) {
   EXPECT_EQ(blank_comments("[/* a\n b */1]"), "[    \n     1]");
   EXPECT_EQ(blank_comments("[/***/1]"), "[     1]");
}

TEST(Comments, ABlockCommentEndsAtTheFirstEnd) {
   EXPECT_EQ(blank_comments("/* /* */ 1 */"), "         1 */");
}

TEST(Comments, WhatLooksLikeACommentWithinAStringStays) {
   const std::string text = R"({"a": "http://x/*y*/", "b\"//": "\\"})";
   EXPECT_EQ(blank_comments(text), text);
}

TEST(Comments, AStringWithinACommentDoesNotOpen) {
   EXPECT_EQ(blank_comments("1 // \"\n2"), "1     \n2");
}

TEST(Comments, EveryOffsetStays) {
   const std::string text = "/* \xC3\xA9 */ [1] // end";
   const std::string blanked = blank_comments(text);
   EXPECT_EQ(blanked.size(), text.size());
   EXPECT_EQ(blanked.find("[1]"), text.find("[1]"));
}

TEST(Comments, ASlashAloneIsLeftForTheReaderToRefuse) {
   EXPECT_EQ(blank_comments("{ / }"), "{ / }");
   EXPECT_EQ(blank_comments("/"), "/");
}

TEST(Comments, ACommentThatDoesNotEndIsAMistakeWhereItBegins) {
   try {
      blank_comments("{} /* x *");
      FAIL() << "nothing was thrown";
   } catch (const sdk::jose::JsonError &error) {
      EXPECT_EQ(error.offset(), 3U);
   }
   EXPECT_THROW(blank_comments("/*/"), sdk::jose::JsonError);
}

TEST(Comments, AStringThatDoesNotEndEndsNothingElse) {
   EXPECT_EQ(blank_comments("\"x\n// y"), "\"x\n    ");
   EXPECT_EQ(blank_comments("\"x\\"), "\"x\\");
}

} // namespace
} // namespace keyseat
