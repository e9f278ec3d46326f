// SPDX-License-Identifier: Apache-2.0
#include "config/line_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keyseat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LineDiff, EqualTextsDoNotDiffer) {
   EXPECT_THAT(line_diff("a\nb\n", "a\nb\n"), IsEmpty());
   EXPECT_THAT(line_diff("", ""), IsEmpty());
}

TEST(LineDiff, ShowsOnlyTheLinesThatDiffer) {
   EXPECT_THAT(line_diff("a\nb\nc\nd\n", "a\nx\nc\ny\nd\n"), ElementsAre("- b", "+ x", "+ y"));
}

TEST(LineDiff, FindsLinesThatCameAndWent) {
   EXPECT_THAT(line_diff("a\n", "a\nb\n"), ElementsAre("+ b"));
   EXPECT_THAT(line_diff("a\nb\n", "b\n"), ElementsAre("- a"));
   EXPECT_THAT(line_diff("", "a\nb\n"), ElementsAre("+ a", "+ b"));
}

TEST(LineDiff, ARepeatedLineCountsOnce) {
   EXPECT_THAT(line_diff("a\na\n", "a\na\na\n"), ElementsAre("+ a"));
}

TEST(LineDiff, ALineEndThatChangedIsADifference) {
   EXPECT_THAT(line_diff("a\n", "a"), ElementsAre("- a", "+ a (without line end)"));
   EXPECT_THAT(line_diff("a\n", "a\r\n"), ElementsAre("- a", "+ a\\x0d"));
}

TEST(LineDiff, ControlCharactersAreShownEscaped) {
   EXPECT_THAT(line_diff("", "\x1b[2Ja\n"), ElementsAre("+ \\x1b[2Ja"));
}

TEST(LineDiff, TextsThatDifferInTooManyLinesAreShownWhole) {
   std::string before;
   std::string after;
   for (int i = 0; i < 3000; ++i) {
      before += "old\nsame\n";
      after += "new\nsame\n";
   }
   const auto lines = line_diff(before + "z\n", "y\n" + after);
   EXPECT_EQ(lines.size(), 12002U);
   EXPECT_EQ(lines.front(), "- old");
   EXPECT_EQ(lines.back(), "+ same");
}

} // namespace
} // namespace keyseat
