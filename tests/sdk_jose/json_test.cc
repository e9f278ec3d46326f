// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <chrono>

namespace keyseat::test {
namespace {

using sdk::jose::json_quote;
using sdk::jose::json_quote_to;
using sdk::jose::JsonError;
using sdk::jose::JsonKind;
using sdk::jose::JsonSpan;
using sdk::jose::kMaxJsonDepth;

class Json : public JoseTest {};

constexpr std::size_t kNoError = SIZE_MAX;

// Where the reader finds the text wrong.
std::size_t error_offset(std::string_view text) {
   try {
      JsonTree tree(text);
   } catch (const JsonError &error) {
      return error.offset();
   }
   return kNoError;
}

TEST_F(Json, SaysWhereEachValueStands) {
   const JsonTree tree(R"( {"a": [1, "two"], "b":null} )");
   const JsonValue a = tree.root().find("a");
   EXPECT_EQ(tree.root().span(), (JsonSpan{1, 28}));
   EXPECT_EQ(a.key_span(), (JsonSpan{2, 5}));
   EXPECT_EQ(a.span(), (JsonSpan{7, 17}));
   EXPECT_EQ(a.at(1).raw(), "\"two\"");
   EXPECT_EQ(a.at(1).key_span().size(), 0u);
   EXPECT_TRUE(tree.root().span().contains(a.span()));
}

TEST_F(Json, WalksMembersInFileOrder) {
   const JsonTree tree(R"({"z":1,"a":2,"m":[]})");
   std::string names;
   for (JsonValue v = tree.root().first(); v.exists(); v = v.next()) {
      names += v.name();
      EXPECT_EQ(v.parent(), tree.root());
   }
   EXPECT_EQ(names, "zam");
   EXPECT_EQ(tree.root().size(), 3u);
   EXPECT_FALSE(tree.root().parent().exists());
   EXPECT_FALSE(tree.root().find("m").first().exists());
}

TEST_F(Json, LookUpsOnNoValueYieldNoValue) {
   const JsonValue none;
   EXPECT_FALSE(none.exists());
   EXPECT_FALSE(none.find("a").at(0).parent().first().next().exists());
   EXPECT_FALSE(none.is(JsonKind::null));
   EXPECT_EQ(none.raw(), "");
   EXPECT_EQ(none.name(), "");
   EXPECT_EQ(none.size(), 0u);
   EXPECT_FALSE(none.text_is(""));
}

TEST_F(Json, FindsNothingInOtherKinds) {
   const JsonTree tree(R"(["a"])");
   EXPECT_FALSE(tree.root().find("a").exists());
   EXPECT_FALSE(tree.root().at(1).exists());
   EXPECT_FALSE(tree.root().at(0).find("a").exists());
   EXPECT_FALSE(tree.root().at(0).name_is(""));
}

TEST_F(Json, DecodesEscapesOnDemand) {
   const JsonTree tree(R"(["\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00é€"])");
   const std::string expected = "\"\\/\b\f\n\r\tA\u00e9\u20ac\U0001f600\u00e9\u20ac";
   EXPECT_EQ(tree.root().at(0).public_text(), expected);
   EXPECT_EQ(to_text(tree.root().at(0).secret_text(memory)), expected);
   EXPECT_TRUE(tree.root().at(0).text_is(expected));
   EXPECT_FALSE(tree.root().at(0).text_is(expected + "x"));
   EXPECT_FALSE(tree.root().at(0).text_is(expected.substr(1)));
}

TEST_F(Json, DecodesSecretTextIntoSecretMemoryOfExactlyItsSize) {
   const JsonTree tree(R"("pass\u0077ord")");
   const SecretBytes secret = tree.root().secret_text(memory);
   EXPECT_EQ(memory.allocations(), 1u);
   EXPECT_EQ(memory.outstanding(), 8u);
}

TEST_F(Json, DecodesNulAndAnEmptyString) {
   const JsonTree tree(R"(["\u0000",""])");
   EXPECT_EQ(tree.root().at(0).public_text(), std::string(1, '\0'));
   EXPECT_EQ(tree.root().at(1).public_text(), "");
   EXPECT_TRUE(tree.root().at(1).secret_text(memory).empty());
}

TEST_F(Json, FindsNamesThatAreWrittenWithEscapes) {
   const JsonTree tree(R"({"\u006bid":1,"K\u0049D2":2})");
   EXPECT_EQ(tree.root().find("kid").raw(), "1");
   EXPECT_EQ(tree.root().find_no_case("kId2").raw(), "2");
   EXPECT_FALSE(tree.root().find("kid2").exists());
}

TEST_F(Json, IgnoresTheCaseOfAsciiLettersOnly) {
   const JsonTree tree("{\"\u00c9A\":\"B@[`{\"}");
   EXPECT_TRUE(tree.root().find_no_case("\u00c9a").exists());
   EXPECT_FALSE(tree.root().find_no_case("\u00e9a").exists());
   EXPECT_TRUE(tree.root().first().text_is_no_case("b@[`{"));
   EXPECT_FALSE(tree.root().first().text_is_no_case("b`[`{"));
}

TEST_F(Json, KeepsNumbersAsWritten) {
   for (const char *number : {"0", "-0", "1e400", "-12.50E-7", "9007199254740993", "0.0e+0"}) {
      const JsonTree tree(number);
      EXPECT_EQ(tree.root().raw(), number);
      EXPECT_TRUE(tree.root().is(JsonKind::number));
   }
}

TEST_F(Json, TellsLiteralsApart) {
   const JsonTree tree("[true,false,null]");
   EXPECT_TRUE(tree.root().at(0).boolean());
   EXPECT_FALSE(tree.root().at(1).boolean());
   EXPECT_TRUE(tree.root().at(2).is(JsonKind::null));
}

TEST_F(Json, PointsAtTheFirstWrongByte) {
   const std::pair<std::string_view, std::size_t> cases[] = {{"", 0},
                                                             {"  ", 2},
                                                             {"x", 0},
                                                             {"[1,]", 3},
                                                             {"{\"a\":1,}", 7},
                                                             {"[1 2]", 3},
                                                             {"{\"a\" 1}", 5},
                                                             {"{a:1}", 1},
                                                             {"{,}", 1},
                                                             {"[,]", 1},
                                                             {"{\"a\":}", 5},
                                                             {"tru", 3},
                                                             {"trux", 3},
                                                             {"nulL", 3},
                                                             {"truex", 4},
                                                             {"01", 1},
                                                             {"-", 1},
                                                             {"-x", 1},
                                                             {"1.", 2},
                                                             {"1.e1", 2},
                                                             {"1e", 2},
                                                             {"1e+", 3},
                                                             {"+1", 0},
                                                             {".5", 0},
                                                             {"1 1", 2},
                                                             {"[", 1},
                                                             {"{\"a\"", 4},
                                                             {"\"a", 2},
                                                             {"[1}", 2},
                                                             {"{\"a\":1]", 6},
                                                             {"'a'", 0},
                                                             {"// c\n1", 0},
                                                             {"[1]]", 3},
                                                             {"NaN", 0},
                                                             {"{1:1}", 1},
                                                             {"[\"a\":1]", 4},
                                                             {"{\"a\":1 \"b\"}", 7},
                                                             {"\f1", 0},
                                                             {"Infinity", 0}};
   for (const auto &[text, offset] : cases)
      EXPECT_EQ(error_offset(text), offset) << text;
}

TEST_F(Json, PointsAtTheStartOfAWrongEscape) {
   const std::pair<std::string_view, std::size_t> cases[] = {{R"("a\x")", 2},
                                                             {R"("\u12g4")", 1},
                                                             {R"("\ud800")", 1},
                                                             {R"("\udc00")", 1},
                                                             {R"("a\ud800\u0041")", 2},
                                                             {R"("\ud800x")", 1},
                                                             {R"("\ud800\ud800")", 1},
                                                             {R"("\ud800\n")", 1},
                                                             {R"("\ud800\u12")", 7},
                                                             {R"("\u12)", 5},
                                                             {R"("\)", 2},
                                                             {R"({"\ud83d":1})", 2}};
   for (const auto &[text, offset] : cases)
      EXPECT_EQ(error_offset(text), offset) << text;
}

TEST_F(Json, PointsAtControlCharactersInStrings) {
   EXPECT_EQ(error_offset("\"a\nb\""), 2u);
   EXPECT_EQ(error_offset("\"a\tb\""), 2u);
   EXPECT_EQ(error_offset(std::string_view("\"\0\"", 3)), 1u);
   EXPECT_EQ(error_offset("\"\x7f\""), kNoError);
}

TEST_F(Json, PointsAtTheStartOfInvalidUtf8) {
   for (const char *sequence :
        {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe0\x9f\xbf",
         "\xed\xa0\x80", "\xed\xbf\xbf", "\xe2\x82", "\xe2(\xa1", "\xf0\x80\x80\x80",
         "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x9f\x98", "\xff",
         "\xfe"})
      EXPECT_EQ(error_offset("[\"ok" + std::string(sequence) + "\"]"), 4u) << sequence;
   for (const char *sequence :
        {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
         "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
      EXPECT_EQ(error_offset("\"" + std::string(sequence) + "\""), kNoError) << sequence;
}

TEST_F(Json, RefusesAByteOrderMark) { EXPECT_EQ(error_offset("\xef\xbb\xbf{}"), 0u); }

TEST_F(Json, RefusesUtf8OutsideOfStrings) { EXPECT_EQ(error_offset("[\u00a0]"), 1u); }

TEST_F(Json, PointsAtTheSecondOfTwoEqualNames) {
   EXPECT_EQ(error_offset(R"({"a":1,"b":2,"a":3})"), 13u);
   EXPECT_EQ(error_offset(R"({"a":1,"\u0061":3})"), 7u);
   EXPECT_EQ(error_offset(R"({"":1,"":3})"), 6u);
   EXPECT_EQ(error_offset(R"([{"x":{"a":1,"a":2}}])"), 13u);
}

TEST_F(Json, AllowsEqualNamesInDifferentObjects) {
   EXPECT_EQ(error_offset(R"({"a":{"a":[{"a":1},{"a":1}]},"A":1})"), kNoError);
}

TEST_F(Json, FindsADuplicateAmongThousands) {
   std::string text = "{";
   for (int i = 0; i < 5000; ++i)
      text += "\"name" + std::to_string(i) + "\":0,";
   const std::size_t offset = text.size();
   EXPECT_EQ(error_offset(text + R"("name1234":0})"), offset);
   EXPECT_EQ(error_offset(text + R"("name5000":0})"), kNoError);
}

TEST_F(Json, ReadsInLinearTime) {
   const auto seconds = [](int members) {
      std::string text = "{\"x\":0";
      for (int i = 0; i < members; ++i)
         text += ",\"" + std::to_string(i) + "\":0";
      text += "}";
      const auto start = std::chrono::steady_clock::now();
      const JsonTree tree(text);
      EXPECT_EQ(tree.root().size(), static_cast<std::size_t>(members) + 1);
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
   };
   const double small = seconds(20'000);
   // Sixteen times the members: sixteen times the time, and 256 times if it were quadratic.
   EXPECT_LT(seconds(320'000), 100 * small + 0.1);
}

TEST_F(Json, NestsUpToItsLimitAndNotBeyond) {
   const auto nested = [](std::size_t depth) {
      return std::string(depth, '[') + std::string(depth, ']');
   };
   EXPECT_EQ(error_offset(nested(kMaxJsonDepth)), kNoError);
   EXPECT_EQ(error_offset(nested(kMaxJsonDepth + 1)), kMaxJsonDepth);
   EXPECT_EQ(error_offset(std::string(1'000'000, '[')), kMaxJsonDepth);
}

TEST_F(Json, EveryPrefixOfATextIsRefusedAtItsEnd) {
   const std::string text = R"({"a":[1.5e3,"x\u00e9\ud83d\ude00",true],"b":{"c":null}})";
   for (std::size_t size = 0; size < text.size(); ++size)
      EXPECT_EQ(error_offset(text.substr(0, size)), size) << text.substr(0, size);
}

TEST_F(Json, MessagesQuoteNothing) {
   try {
      JsonTree tree(R"({"password":"hunter2","password":"hunter3"})");
      FAIL();
   } catch (const JsonError &error) {
      EXPECT_EQ(std::string(error.what()).find("hunter"), std::string::npos);
      EXPECT_EQ(std::string(error.what()).find("password"), std::string::npos);
   }
}

TEST_F(Json, QuotesAsRfc8785Does) {
   const std::string text = "\"\\/\b\f\n\r\t\x01\x1f\x7f\u20ac\U0001f600";
   const std::string expected = "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\u20ac\U0001f600\"";
   EXPECT_EQ(json_quote(text), expected);
   SecretBytes secret(memory);
   json_quote_to(secret, text);
   EXPECT_EQ(to_text(secret), expected);
   const std::string quoted = json_quote(text);
   EXPECT_EQ(JsonTree(quoted).root().public_text(), text);
}

TEST_F(Json, QuotesNulAndNothing) {
   EXPECT_EQ(json_quote(std::string_view("\0", 1)), "\"\\u0000\"");
   EXPECT_EQ(json_quote(""), "\"\"");
}

} // namespace
} // namespace keyseat::test
