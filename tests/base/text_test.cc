// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/utf8.h"

namespace keyseat {
namespace {

TEST(Utf8, GivesEveryScalarValueBack) {
   for (char32_t c = 0; c <= 0x10FFFF; ++c) {
      if (c >= 0xD800 && c <= 0xDFFF) continue;
      const Utf8Sequence sequence = to_utf8(c);
      std::size_t at = 0;
      ASSERT_EQ(next_code_point(sequence.view(), at), c);
      ASSERT_EQ(at, sequence.size);
   }
}

TEST(Utf8, RefusesIllFormedSequencesOneByteAtATime) {
   for (const std::string_view text :
        {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
         "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE2\x82", "\xC3", "\xFF", "\xC3("}) {
      std::size_t at = 0;
      EXPECT_EQ(next_code_point(text, at), kNoCodePoint) << printable(text);
      EXPECT_EQ(at, 1u);
   }
}

TEST(Printable, LeavesOrdinaryTextAlone) {
   EXPECT_EQ(printable("C:\\Größe 日本 \U0001F600.json"), "C:\\Größe 日本 \U0001F600.json");
   EXPECT_EQ(printable(""), "");
}

TEST(Printable, ShowsControlCharacters) {
   EXPECT_EQ(printable("a\x1b[31mb\n\t\x7f"), "a\\x1b[31mb\\x0a\\x09\\x7f");
   EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
   EXPECT_EQ(printable("\xC2\x9B"), "\\u{009b}"); // C1: CSI
}

TEST(Printable, ShowsWhatSteersTheLayout) {
   EXPECT_EQ(printable("a\u202Eb\u2066c\u2069\u200F\u200E"),
             "a\\u{202e}b\\u{2066}c\\u{2069}\\u{200f}\\u{200e}");
   EXPECT_EQ(printable("\u2028\u2029\u061C"), "\\u{2028}\\u{2029}\\u{061c}");
   EXPECT_EQ(printable("\u2027\u202F\u2065"), "\u2027\u202F\u2065");
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
   EXPECT_EQ(printable("\xFF"
                       "a\xE2\x82"),
             "\\xffa\\xe2\\x82");
}

TEST(Printable, YieldsCleanUtf8ForAnyBytes) {
   std::mt19937 random(1);
   for (int round = 0; round < 2000; ++round) {
      std::string bytes(random() % 40, '\0');
      for (char &c : bytes)
         c = static_cast<char>(random());
      const std::string shown = printable(bytes);
      EXPECT_EQ(printable(shown), shown);
   }
}

TEST(Case, IsComparedForAsciiLettersOnly) {
   EXPECT_EQ(ascii_lower("AZaz@[ÄÖ"), "azaz@[ÄÖ");
   EXPECT_TRUE(equal_no_case("SecureString", "securestring"));
   EXPECT_FALSE(equal_no_case("Ä", "ä"));
   EXPECT_FALSE(equal_no_case("a", "ab"));
   EXPECT_FALSE(equal_no_case("@", "`"));
}

TEST(UtcText, WritesSecondsAsRfc3339Does) {
   EXPECT_EQ(utc_text(1), "1970-01-01T00:00:01Z");
   EXPECT_EQ(utc_text(951'868'799), "2000-02-29T23:59:59Z");
   EXPECT_EQ(utc_text(253'402'300'799), "9999-12-31T23:59:59Z");
   for (const std::int64_t none : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{253'402'300'800},
                                   std::numeric_limits<std::int64_t>::max()})
      EXPECT_EQ(utc_text(none), "") << none;
}

TEST(Glob, MatchesLiteralsAndSingleCharacters) {
   EXPECT_TRUE(matches_glob("abc", "abc", false));
   EXPECT_FALSE(matches_glob("abc", "abd", false));
   EXPECT_FALSE(matches_glob("abc", "ab", false));
   EXPECT_TRUE(matches_glob("abc", "a?c", false));
   EXPECT_TRUE(matches_glob("aöc", "a?c", false));
   EXPECT_FALSE(matches_glob("a/c", "a?c", false));
   EXPECT_TRUE(matches_glob("", "", false));
   EXPECT_FALSE(matches_glob("a", "", false));
}

TEST(Glob, StopsAStarAtASlashButNotTwo) {
   EXPECT_TRUE(matches_glob("ProdEast", "Prod*", false));
   EXPECT_TRUE(matches_glob("Prod", "Prod*", false));
   EXPECT_FALSE(matches_glob("Prod/East", "Prod*", false));
   EXPECT_TRUE(matches_glob("onprem/a/b.json", "onprem/**", false));
   EXPECT_FALSE(matches_glob("cloud/a.json", "onprem/**", false));
   EXPECT_TRUE(matches_glob("a/b/c/d.json", "a/**/*.json", false));
   EXPECT_TRUE(matches_glob("", "**", false));
   EXPECT_TRUE(matches_glob("x", "***", false));
}

TEST(Glob, IgnoresCaseWhereAsked) {
   EXPECT_TRUE(matches_glob("PRODeast", "prod*", true));
   EXPECT_FALSE(matches_glob("PRODeast", "prod*", false));
}

TEST(Glob, TakesNoExponentialTime) {
   std::string pattern;
   for (int i = 0; i < 200; ++i)
      pattern += "**a";
   EXPECT_FALSE(matches_glob(std::string(5000, 'a') + "b", pattern, false));
}

// A plain recursive definition to compare with.
bool matches_plainly(std::string_view text, std::string_view pattern) {
   if (pattern.empty()) return text.empty();
   const bool two = pattern.starts_with("**");
   if (pattern[0] == '*') {
      if (matches_plainly(text, pattern.substr(two ? 2 : 1))) return true;
      return !text.empty() && (two || text[0] != '/') && matches_plainly(text.substr(1), pattern);
   }
   if (text.empty()) return false;
   const bool same = pattern[0] == '?' ? text[0] != '/' : pattern[0] == text[0];
   return same && matches_plainly(text.substr(1), pattern.substr(1));
}

TEST(Glob, AgreesWithThePlainDefinition) {
   std::mt19937 random(2);
   const auto word = [&](std::string_view letters, std::size_t longest) {
      std::string out(random() % (longest + 1), ' ');
      for (char &c : out)
         c = letters[random() % letters.size()];
      return out;
   };
   int matches = 0;
   for (int round = 0; round < 50000; ++round) {
      const std::string text = word("ab/", 7);
      const std::string pattern = word("ab/?**", 6);
      const bool expected = matches_plainly(text, pattern);
      ASSERT_EQ(matches_glob(text, pattern, false), expected) << text << " " << pattern;
      matches += expected ? 1 : 0;
   }
   EXPECT_GT(matches, 1000);
}

TEST(Text, IsCutBetweenCharacters) {
   EXPECT_EQ(cut_short("abc", 3), "abc");
   EXPECT_EQ(cut_short("abcd", 3), "abc...");
   EXPECT_EQ(cut_short("a\u20acb", 2), "a...");
   EXPECT_EQ(cut_short("a\u20acb", 4), "a\u20ac...");
   EXPECT_EQ(quoted_name("x\n"), "'" + printable("x\n") + "'");
   EXPECT_EQ(quoted_name(std::string(1000, 'x')), "'" + std::string(80, 'x') + "...'");
}

} // namespace
} // namespace keyseat
