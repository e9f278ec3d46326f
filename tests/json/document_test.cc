// SPDX-License-Identifier: Apache-2.0
#include "json/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/utf8.h"
#include "json/pointer.h"
#include "json/random_document.h"

namespace keyseat {
namespace {

using testing::HasSubstr;

Document parse(std::string_view file) { return Document::parse(as_bytes(file), "test.json"); }

Error error_of(std::string_view file) {
   try {
      parse(file);
   } catch (const Error &error) {
      return error;
   }
   ADD_FAILURE() << "no error";
   return {ErrorCode::internal, "none"};
}

// UTF-16 by another road than the library's: through char16_t.
std::string utf16(std::u16string_view text, bool big_endian, bool mark = true) {
   std::string out;
   const auto put = [&](char16_t unit) {
      const auto high = static_cast<char>(unit >> 8);
      const auto low = static_cast<char>(unit & 0xFF);
      out += big_endian ? high : low;
      out += big_endian ? low : high;
   };
   if (mark) put(0xFEFF);
   for (const char16_t unit : text)
      put(unit);
   return out;
}

std::string in_encoding(std::string_view text, Encoding encoding) {
   const bool big_endian = encoding == Encoding::utf16be_bom;
   std::u16string units;
   for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      if (c >= 0x10000) units += static_cast<char16_t>(0xD7C0 + (c >> 10));
      units += static_cast<char16_t>(c >= 0x10000 ? 0xDC00 + (c & 0x3FF) : c);
   }
   switch (encoding) {
      case Encoding::utf8:
         return std::string(text);
      case Encoding::utf8_bom:
         return "\xEF\xBB\xBF" + std::string(text);
      default:
         return utf16(units, big_endian);
   }
}

constexpr Encoding kEncodings[] = {Encoding::utf8, Encoding::utf8_bom, Encoding::utf16le_bom,
                                   Encoding::utf16be_bom};

TEST(Document, HasNameTextAndTree) {
   const Document document = parse(R"({"name": "x", "n": 1e400})");
   EXPECT_EQ(document.name(), "test.json");
   EXPECT_EQ(document.encoding(), Encoding::utf8);
   EXPECT_EQ(document.root().find("name").public_text(), "x");
   EXPECT_EQ(document.root().find("n").raw(), "1e400");
}

TEST(Document, ReadsEveryEncodingAndWritesItBackUnchanged) {
   for (unsigned seed = 0; seed < 400; ++seed) {
      const std::string text = RandomDocument(seed).text();
      for (const Encoding encoding : kEncodings) {
         const std::string file = in_encoding(text, encoding);
         const Document document = parse(file);
         ASSERT_EQ(document.encoding(), encoding);
         ASSERT_EQ(document.text(), text);
         ASSERT_EQ(document.encode(document.text()).reveal_text(), file);
      }
   }
}

TEST(Document, ReadsEveryCodePointFromUtf16) {
   for (char32_t c = 0x20; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
      if ((c >= 0xD800 && c <= 0xDFFF) || c == '"' || c == '\\') continue;
      const std::string text = std::string(1, '"').append(to_utf8(c).view()).append(1, '"');
      ASSERT_EQ(parse(in_encoding(text, Encoding::utf16be_bom)).text(), text)
            << static_cast<unsigned>(c);
   }
}

TEST(Document, StaysValidWhenItIsMoved) {
   Document first = parse(R"({"a": [1, 2]})");
   const JsonValue value = first.root().find("a").at(1);
   Document second = std::move(first);
   EXPECT_EQ(value.raw(), "2");
   EXPECT_EQ(second.place(value).pointer, "/a/1");
}

TEST(Document, KnowsThePlaceOfAValue) {
   const Document document = parse("{\n\t\"größe\": [\n  1, \"x\"]}");
   const Place place = document.place(document.root().find("größe").at(1));
   EXPECT_EQ(place.file, "test.json");
   EXPECT_EQ(place.line, 3u);
   EXPECT_EQ(place.column, 6u);
   EXPECT_EQ(place.pointer, "/größe/1");
   EXPECT_EQ(document.place(document.root()).pointer, "");
}

TEST(Document, CountsColumnsInCodePointsAndNotTheMark) {
   for (const Encoding encoding : kEncodings) {
      const Document document = parse(in_encoding("{\"😀é\": 1}", encoding));
      EXPECT_EQ(document.place(document.root()).column, 1u);
      EXPECT_EQ(document.place(document.root().first()).column, 8u);
   }
}

TEST(Document, TakesLfCrlfAndLoneCrForLineEnds) {
   const Document document = parse("[1,\n2,\r\n3,\r4,\r\r\n5]");
   const std::size_t lines[] = {1, 2, 3, 4, 6};
   for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(document.place(document.root().at(i)).line, lines[i]);
      EXPECT_EQ(document.place(document.root().at(i)).column, i == 0 ? 2u : 1u);
   }
}

TEST(Document, FindsPlacesAsCountingFromTheStartDoes) {
   std::string text = "[";
   RandomDocument random(4); // weird white space
   while (text.size() < 30000)
      text += random.text() + ",\r";
   text += "0]";
   const Document document = parse(text);
   std::size_t line = 1;
   std::size_t column = 1;
   for (std::size_t i = 0; i < text.size(); ++i) {
      const bool continues = (text[i] & 0xC0) == 0x80;
      if (!continues) {
         const Place place = document.place(i);
         ASSERT_EQ(place.line, line) << i;
         ASSERT_EQ(place.column, column) << i;
      }
      const bool ends = text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
      if (!continues) ++column;
      if (ends) ++line, column = 1;
   }
}

TEST(Document, NamesThePlaceOfAnError) {
   const Error error = error_of("{\n  \"a\": tru\n}");
   EXPECT_EQ(error.code(), ErrorCode::definition_invalid);
   EXPECT_EQ(error.place().file, "test.json");
   EXPECT_EQ(error.place().line, 2u);
   EXPECT_GE(error.place().column, 8u);
}

TEST(Document, QuotesNothingOfAnInvalidFile) {
   for (const char *file :
        {R"({"password": hunter2})", R"({"p": "hunter2)", "{\"p\": \"hunter2\x01\"}",
         R"({"hunter2": 1, "hunter2": 2})", "hunter2"}) {
      EXPECT_THAT(error_of(file).message(), testing::Not(HasSubstr("hunter2")));
   }
}

TEST(Document, RefusesWhatIsNoJson) {
   for (const char *file :
        {"", " ", "{", "{} x", "[1,]", "{\"a\":1,\"a\":2}", "\"\xFF\"", "// x\n{}", "\"\\ud800\"",
         "\xEF\xBB\xBF", "\xEF\xBB\xBF\xEF\xBB\xBF{}"}) {
      EXPECT_EQ(error_of(file).code(), ErrorCode::definition_invalid) << file;
   }
   EXPECT_EQ(error_of(std::string(129, '[') + std::string(129, ']')).code(),
             ErrorCode::definition_invalid);
   EXPECT_NO_THROW(parse(std::string(128, '[') + std::string(128, ']')));
}

TEST(Document, RefusesHalfSurrogatePairsWithTheirPlace) {
   for (const bool big_endian : {false, true}) {
      for (const std::u16string_view text : {std::u16string_view(u"[\n \"\xD800\"]"),
                                             std::u16string_view(u"[\n \"\xDC00\xD800\"]")}) {
         const Error error = error_of(utf16(text, big_endian));
         EXPECT_THAT(error.message(), HasSubstr("surrogate"));
         EXPECT_EQ(error.place().line, 2u);
         EXPECT_EQ(error.place().column, 3u);
      }
   }
}

TEST(Document, RefusesAnOddNumberOfBytesInUtf16) {
   EXPECT_THAT(error_of(utf16(u"{}", false) + " ").message(), HasSubstr("odd number"));
}

TEST(Document, SuspectsUtf16WithoutAMark) {
   for (const bool big_endian : {false, true}) {
      const Error error = error_of(utf16(u"{\"a\": 1}", big_endian, false));
      EXPECT_THAT(error.message(), HasSubstr("UTF-16 without a byte-order mark"));
   }
}

TEST(Document, DoesNotWriteWhatIsNoUtf8) {
   const Document document = parse(in_encoding("{}", Encoding::utf16le_bom));
   EXPECT_THROW(document.encode("\xFF"), Error);
}

TEST(Document, SurvivesEveryDamageToAFile) {
   std::mt19937 random(7);
   for (unsigned seed = 0; seed < 3000; ++seed) {
      std::string file = in_encoding(RandomDocument(seed).text(), kEncodings[seed % 4]);
      for (int flips = 0; flips < 3 && !file.empty(); ++flips) {
         file[random() % file.size()] = static_cast<char>(random());
      }
      file.resize(file.size() - random() % std::min<std::size_t>(file.size(), 3));
      try {
         const Document document = parse(file);
         ASSERT_EQ(document.encode(document.text()).reveal_text(), file);
      } catch (const Error &error) {
         ASSERT_EQ(error.code(), ErrorCode::definition_invalid);
         ASSERT_GE(error.place().line, 1u);
         ASSERT_GE(error.place().column, 1u);
      }
   }
}

TEST(Document, OfTwentyMegabytesInOneLineIsReadAndSearchedQuickly) {
   std::string file = "[0";
   while (file.size() < (20u << 20))
      file += R"(,{"password":"\u00e9 and some more","n":1.5})";
   file += "]";
   const auto start = std::chrono::steady_clock::now();
   const Document document = parse(file);
   const Document wide = parse(in_encoding(file, Encoding::utf16le_bom));
   for (std::size_t i = 0; i < 20000; ++i) {
      ASSERT_EQ(document.place(file.size() - i).column, file.size() - i + 1);
   }
   EXPECT_EQ(wide.text(), file);
   EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

} // namespace
} // namespace keyseat
