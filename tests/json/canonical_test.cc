// SPDX-License-Identifier: Apache-2.0
#include "json/canonical.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <sstream>

#include "base/utf8.h"
#include "json/random_document.h"

namespace keyseat {
namespace {

using sdk::jose::JsonError;
using sdk::jose::JsonTree;

std::string vector_file(const std::string &name) {
   const std::string path = std::string(KEYSEAT_TESTS_DIR) + "/vectors/rfc8785/" + name;
   std::ifstream in(path, std::ios::binary);
   EXPECT_TRUE(in.is_open()) << path;
   return {std::istreambuf_iterator<char>(in), {}};
}

std::string form(std::string_view json, const CanonicalOptions &options) {
   const JsonTree tree(json);
   return std::string(canonical_form(tree.root(), options).reveal_text());
}

std::string shortest(double value) {
   std::array<char, 32> buffer{};
   const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                  std::chars_format::scientific);
   return {buffer.data(), end.ptr};
}

TEST(Jcs, SortsAsTheStandardsExample) {
   EXPECT_EQ(canonical_public(vector_file("section-3.2.3.input.json")),
             vector_file("section-3.2.3.output.json"));
}

// One number of that example is not exactly its double, and stays as it is written here.
TEST(Jcs, WritesTheStandardsExampleButForItsInexactNumber) {
   std::string expected = vector_file("section-3.2.2.output.json");
   const std::string_view rounded = "333333333.3333333,";
   const std::size_t place = expected.find(rounded);
   ASSERT_NE(place, std::string::npos);
   std::string input = vector_file("section-3.2.2.input.json");
   const std::string_view inexact = "333333333.33333329";
   const std::size_t number = input.find(inexact);
   ASSERT_NE(number, std::string::npos);

   std::string exact = input;
   EXPECT_EQ(canonical_public(exact.replace(number, inexact.size(), "333333333.3333333")),
             expected);
   EXPECT_EQ(canonical_public(input),
             expected.replace(place, rounded.size(), "333333333.33333329,"));
}

TEST(Jcs, WritesTheNumbersOfAppendixB) {
   std::istringstream lines(vector_file("appendix-b.txt"));
   int count = 0;
   for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('#')) continue;
      const double value = std::bit_cast<double>(std::stoull(line.substr(0, 16), nullptr, 16));
      const std::string expected = line.substr(17);
      EXPECT_EQ(canonical_number(shortest(value)), expected);
      EXPECT_EQ(canonical_number(expected), expected);
      ++count;
   }
   EXPECT_EQ(count, 24);
}

TEST(Jcs, SortsNamesByUtf16CodeUnits) {
   // U+FF61 is smaller than U+1F600 as a code point and greater as UTF-16; U+E000 and U+D7FF around.
   EXPECT_EQ(canonical_public("{\"\uFF61\":1,\"\U0001F600\":2,\"\uE000\":3,\"\uD7FF\":4,\"z\":5}"),
             "{\"z\":5,\"\uD7FF\":4,\"\U0001F600\":2,\"\uE000\":3,\"\uFF61\":1}");
   EXPECT_EQ(canonical_public(R"({"ab":1,"":2,"a":3,"aa":4,"B":5})"),
             R"({"":2,"B":5,"a":3,"aa":4,"ab":1})");
   EXPECT_EQ(
         canonical_public("{\"\U00010001\":1,\"\U00010000\":2,\"a\U0001F600\":3,\"a\uFFFD\":4}"),
         "{\"a\U0001F600\":3,\"a\uFFFD\":4,\"\U00010000\":2,\"\U00010001\":1}");
}

// The order of names, by comparing real UTF-16.
std::u16string utf16_of(char32_t c) {
   if (c < 0x10000) return {static_cast<char16_t>(c)};
   return {static_cast<char16_t>(0xD7C0 + (c >> 10)), static_cast<char16_t>(0xDC00 + (c & 0x3FF))};
}

TEST(Jcs, SortsRandomNamesAsUtf16Does) {
   std::mt19937 random(5);
   const char32_t from[] = {0x20,   0x7F,   0x7FF,  0xD700,  0xE000,
                            0xEFFF, 0xF000, 0xFF00, 0x10000, 0x10FF00};
   for (int round = 0; round < 5000; ++round) {
      std::array<std::string, 2> names;
      std::array<std::u16string, 2> units;
      for (std::size_t i = 0; i < 2; ++i) {
         for (std::size_t length = random() % 4; length > 0; --length) {
            const char32_t c = from[random() % 10] + static_cast<char32_t>(random() % 3) + 0x23;
            names[i] += to_utf8(c).view();
            units[i] += utf16_of(c);
         }
      }
      if (units[0] == units[1]) continue;
      const std::size_t first = units[0] < units[1] ? 0 : 1;
      const auto member = [&](std::size_t i) { return fmt::format("\"{}\":{}", names[i], i); };
      const std::string expected = fmt::format("{{{},{}}}", member(first), member(1 - first));
      ASSERT_EQ(canonical_public(fmt::format("{{{},{}}}", member(0), member(1))), expected);
   }
}

TEST(Jcs, WritesStringsWithTheFewestEscapes) {
   EXPECT_EQ(canonical_public(
                   R"("\u0000\u0008\u0009\u000a\u000c\u000d\u001f\u007f\u0080\/\u005c\u0022")"),
             "\"\\u0000\\b\\t\\n\\f\\r\\u001f\x7F\u0080/\\\\\\\"\"");
   EXPECT_EQ(canonical_public(R"("\ud83d\ude00")"), "\"\U0001F600\"");
}

TEST(Jcs, KeepsUnicodeAsItIs) {
   EXPECT_NE(canonical_public("\"\u00e9\""), canonical_public("\"e\u0301\"")); // not normalised
}

TEST(Jcs, RemovesWhiteSpaceAndKeepsTheOrderOfArrays) {
   EXPECT_EQ(canonical_public(" [ 3 , { \"b\" : [ ] , \"a\" : { } } ,\r\n\t1 ] "),
             R"([3,{"a":{},"b":[]},1])");
   EXPECT_EQ(canonical_public(" true "), "true");
}

TEST(Jcs, HasOneFormForOneMeaning) {
   for (unsigned seed = 0; seed < 500; ++seed) {
      const std::string once = canonical_public(RandomDocument(seed).text());
      ASSERT_EQ(canonical_public(once), once);
   }
}

// What is_canonical() says of a text, and whether the text is its own form.
void expect_recognised(const std::string &text) {
   std::optional<JsonTree> tree;
   try {
      tree.emplace(text);
   } catch (const JsonError &) {
      return;
   }
   const bool is_form = canonical_form(tree->root()).reveal_text() == tree->root().raw();
   EXPECT_EQ(is_canonical(tree->root()), is_form) << text;
}

TEST(Jcs, IsRecognisedWithoutBeingWritten) {
   const std::string form =
         R"({"":[],"a":[1,"x\n\u001f\"\\é",{}],"b\t":{"1":-0.5,"2":1e+21},"c":[true,null],"𐀀":0,"\ue000":[0]})";
   const std::string canonical = canonical_public(form);
   expect_recognised(canonical);
   {
      const JsonTree tree(canonical);
      EXPECT_TRUE(is_canonical(tree.root()));
   }
   const std::string inserted = " \t,:0a\\/\"[]{}u";
   for (std::size_t i = 0; i <= canonical.size(); ++i) {
      for (const char c : inserted) {
         expect_recognised(canonical.substr(0, i) + c + canonical.substr(i));
         if (i < canonical.size())
            expect_recognised(canonical.substr(0, i) + c + canonical.substr(i + 1));
      }
   }
   for (const char *text :
        {R"({"b":1,"a":2})", R"({"a":{"b":1,"a":2}})", "[1.0]", "[-0]", "[ ]", "{ }", "[1 ]",
         R"(["\u0041"])", R"({"\u0041":1})", R"(["\/"])", R"(["\u001F"])", R"({"\u001F":1})",
         "{\"\ue000\":0,\"\U00010000\":0}", "1.50", "\"\\u00e9\""})
      expect_recognised(text);
}

TEST(Jcs, RefusesWhatIsNoJson) { EXPECT_THROW(canonical_public("{"), JsonError); }

TEST(Numbers, ThatAreOneValueHaveOneForm) {
   for (const char *one : {"1", "1.0", "1e0", "1E+0", "100e-2", "0.1e1", "0.0001e4", "1.000"}) {
      EXPECT_EQ(canonical_number(one), "1") << one;
   }
   for (const char *zero : {"0", "-0", "0.0", "-0.000", "0e5", "0E-999999999999999999999"}) {
      EXPECT_EQ(canonical_number(zero), "0") << zero;
   }
   EXPECT_EQ(canonical_number("0.1"), "0.1"); // the shortest form, though no double is 0.1
   EXPECT_EQ(canonical_number("-12.50"), "-12.5");
}

TEST(Numbers, AreLaidOutAsEcmascriptDoes) {
   EXPECT_EQ(canonical_number("1e20"), "100000000000000000000");
   EXPECT_EQ(canonical_number("1e21"), "1e+21");
   EXPECT_EQ(canonical_number("1e-6"), "0.000001");
   EXPECT_EQ(canonical_number("1e-7"), "1e-7");
   EXPECT_EQ(canonical_number("-1.5e-7"), "-1.5e-7");
   EXPECT_EQ(canonical_number("123456789012345680000"), "123456789012345680000");
   EXPECT_EQ(canonical_number("1.2345e22"), "1.2345e+22");
   EXPECT_EQ(canonical_number("5e-324"), "5e-324");
   EXPECT_EQ(canonical_number("1.7976931348623157e308"), "1.7976931348623157e+308");
   EXPECT_EQ(canonical_number("9007199254740992"), "9007199254740992");
}

TEST(Numbers, ThatAreNotExactlyTheirDoubleStayAsTheyAreWritten) {
   for (const char *raw :
        {"9007199254740993", "333333333.33333329", "1e400", "-1E400", "1e-400", "3e-324",
         "1.7976931348623158e308", "0.1000000000000000055511151231257827", "12345678901234567890",
         "295147905179352825856", "1e99999999999999999999", "0.30000000000000001"}) {
      EXPECT_EQ(canonical_number(raw), raw);
   }
}

TEST(Numbers, OfAnyLengthTakeLinearTime) {
   const std::string zeros(5 << 20, '0');
   EXPECT_EQ(canonical_number("1" + zeros + "e-" + std::to_string(zeros.size())), "1");
   EXPECT_EQ(canonical_number("0." + zeros + "1e" + std::to_string(zeros.size() + 1)), "1");
   const std::string ones(5 << 20, '1');
   EXPECT_EQ(canonical_number(ones), ones);
}

// The layout by another road: printf finds the shortest digits that read back as the same double.
std::string ecmascript(double value) {
   std::array<char, 64> buffer{};
   int precision = 0;
   do {
      std::snprintf(buffer.data(), buffer.size(), "%.*e", precision++, value);
   } while (std::strtod(buffer.data(), nullptr) != value);
   std::string digits;
   for (const char *c = buffer.data(); *c != 'e'; ++c) {
      if (*c >= '0' && *c <= '9') digits += *c;
   }
   const int exponent = std::atoi(std::strchr(buffer.data(), 'e') + 1);
   const int count = static_cast<int>(digits.size());
   const std::string sign(value < 0 ? 1 : 0, '-');
   if (exponent >= 21 || exponent < -6) {
      return sign + digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") +
             (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
   }
   if (exponent < 0)
      return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
   const auto whole = static_cast<std::size_t>(exponent + 1);
   if (digits.size() <= whole) return sign + digits + std::string(whole - digits.size(), '0');
   return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

TEST(Numbers, AgreeWithPrintfForRandomDoubles) {
   std::mt19937_64 random(6);
   int compared = 0;
   for (int round = 0; round < 20000; ++round) {
      const bool plain = round % 2 == 0;
      const double value =
            plain ? static_cast<double>(static_cast<std::int64_t>(random()) >> (round % 60)) / 1000
                  : std::bit_cast<double>(random());
      if (!std::isfinite(value) || value == 0) continue;
      ASSERT_EQ(canonical_number(shortest(value)), ecmascript(value));
      ASSERT_EQ(std::strtod(canonical_number(shortest(value)).c_str(), nullptr), value);
      ++compared;
   }
   EXPECT_GT(compared, 19000);
}

TEST(CanonicalOptions, FoldNamesButNotValues) {
   CanonicalOptions fold;
   fold.fold_names = true;
   EXPECT_EQ(form(R"({"Type":"SqlServer","connectVia":{"ReferenceName":"X"},"Ä":1})", fold),
             "{\"connectvia\":{\"referencename\":\"X\"},\"type\":\"SqlServer\",\"Ä\":1}");
   EXPECT_EQ(form(R"({"a":2,"A":1})", fold), form(R"({"A":1,"a":2})", fold));
   EXPECT_NE(form(R"({"a":2,"A":1})", fold), form(R"({"a":1,"A":2})", fold));
}

TEST(CanonicalOptions, LeaveValuesOut) {
   CanonicalOptions options;
   options.leave_out = [](JsonValue v) { return v.text_is("**********") || v.name_is("gone"); };
   EXPECT_EQ(form(R"({"a":"**********","b":[1,"**********",2],"gone":{"x":1},"z":0})", options),
             R"({"b":[1,_,2],"z":0})");
   EXPECT_EQ(form(R"({"gone":1})", options), "{}");
}

TEST(CanonicalForm, OfALargeDocumentTakesLinearTime) {
   std::string text = "[0";
   while (text.size() < (20u << 20))
      text += R"(,{"b": "\u00e9 more", "a": [1.50, null]})";
   text += "]";
   const auto start = std::chrono::steady_clock::now();
   const JsonTree tree(text);
   EXPECT_GT(canonical_form(tree.root()).size(), std::size_t{10} << 20);
   EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST(CanonicalForm, ReachesTheDeepestDocument) {
   const std::string deep = std::string(128, '[') + std::string(128, ']');
   EXPECT_EQ(canonical_public(deep), deep);
}

} // namespace
} // namespace keyseat
