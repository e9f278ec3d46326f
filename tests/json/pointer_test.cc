// SPDX-License-Identifier: Apache-2.0
#include "json/pointer.h"

#include <gtest/gtest.h>
#include <keyseat/error.h>

#include <chrono>

#include "json/random_document.h"

namespace keyseat {
namespace {

using sdk::jose::JsonTree;

// RFC 6901 section 5.
TEST(Pointer, NamesTheValuesOfTheStandardsExample) {
   const JsonTree tree(R"({"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4,
                           "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8})");
   const auto raw = [&](std::string_view p) { return resolve_pointer(tree.root(), p).raw(); };
   EXPECT_EQ(resolve_pointer(tree.root(), ""), tree.root());
   EXPECT_EQ(raw("/foo"), R"(["bar", "baz"])");
   EXPECT_EQ(raw("/foo/0"), R"("bar")");
   EXPECT_EQ(raw("/"), "0");
   EXPECT_EQ(raw("/a~1b"), "1");
   EXPECT_EQ(raw("/c%d"), "2");
   EXPECT_EQ(raw("/e^f"), "3");
   EXPECT_EQ(raw("/g|h"), "4");
   EXPECT_EQ(raw("/i\\j"), "5");
   EXPECT_EQ(raw("/k\"l"), "6");
   EXPECT_EQ(raw("/ "), "7");
   EXPECT_EQ(raw("/m~0n"), "8");
}

TEST(Pointer, ThatIsMalformedOrLeadsNowhereNamesNothing) {
   const JsonTree tree(R"({"a": [10, 11], "s": "x", "01": 1, "~": 2})");
   for (const std::string_view pointer :
        {"a", "/b", "/a/2", "/a/01", "/a/-", "/a/-1", "/a/+1", "/a/ 1", "/a/1x", "/a/", "/s/0",
         "/~", "/~2", "/a/0/x", "/A", "/a/99999999999999999999999"}) {
      EXPECT_FALSE(resolve_pointer(tree.root(), pointer).exists()) << pointer;
   }
   EXPECT_EQ(resolve_pointer(tree.root(), "/01").raw(), "1");
   EXPECT_EQ(resolve_pointer(tree.root(), "/~0").raw(), "2");
   EXPECT_FALSE(resolve_pointer(JsonValue(), "/a").exists());
}

TEST(Pointer, FindsNamesWithoutCaseWhereAsked) {
   const JsonTree tree(R"({"TypeProperties": {"Password": 1}})");
   EXPECT_EQ(resolve_pointer(tree.root(), "/typeproperties/PASSWORD", true).raw(), "1");
   EXPECT_FALSE(resolve_pointer(tree.root(), "/typeproperties/PASSWORD").exists());
}

TEST(Pointer, IsSeenFromItsBase) {
   const JsonTree tree(R"({"resources": [{"properties": {"a/b": [1]}}]})");
   const JsonValue base = resolve_pointer(tree.root(), "/resources/0");
   const JsonValue value = resolve_pointer(base, "/properties/a~1b/0");
   EXPECT_EQ(pointer_to(value, base), "/properties/a~1b/0");
   EXPECT_EQ(pointer_to(value, tree.root()), "/resources/0/properties/a~1b/0");
   EXPECT_EQ(pointer_to(base, base), "");
   EXPECT_THROW(pointer_to(base, value), Error);
}

TEST(Pointer, IsTakenApart) {
   EXPECT_EQ(pointer_tokens(""), std::vector<std::string>{});
   EXPECT_EQ(pointer_tokens("/a~1b/~0//c"), (std::vector<std::string>{"a/b", "~", "", "c"}));
   EXPECT_THROW(pointer_tokens("a"), Error);
   EXPECT_THROW(pointer_tokens("/~2"), Error);
   EXPECT_EQ(pointer_token("a/~b"), "a~1~0b");
   EXPECT_EQ(pointer_tokens("/" + pointer_token("~1/~0"))[0], "~1/~0");
}

TEST(Pointer, IsWellFormedOrNot) {
   for (const char *text : {"", "/", "//", "/a~0b~1/c", "/~01"})
      EXPECT_TRUE(is_pointer(text)) << text;
   for (const char *text : {"a", "a/b", "/~", "/a~", "/~2", "/~/", "/~~0"}) {
      EXPECT_FALSE(is_pointer(text)) << text;
      EXPECT_THROW(pointer_tokens(text), Error) << text;
   }
}

TEST(Pointer, IsTakenApartInLinearTime) {
   const auto seconds = [](std::size_t escapes) {
      std::string pointer = "/";
      for (std::size_t i = 0; i < escapes; ++i)
         pointer += "~0";
      const auto start = std::chrono::steady_clock::now();
      EXPECT_EQ(pointer_tokens(pointer).front().size(), escapes);
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
   };
   const double small = seconds(60'000);
   // Sixteen times the escapes: sixteen times the time, and 256 times if it were quadratic.
   EXPECT_LT(seconds(960'000), 100 * small + 0.1);
}

void expect_reverse(JsonValue value, JsonValue root) {
   ASSERT_EQ(resolve_pointer(root, pointer_to(value, root)), value);
   for (JsonValue v = value.first(); v.exists(); v = v.next())
      expect_reverse(v, root);
}

TEST(Pointer, LeadsBackToEveryValueOfRandomDocuments) {
   for (unsigned seed = 0; seed < 500; ++seed) {
      const std::string text = RandomDocument(seed).text();
      const JsonTree tree(text);
      expect_reverse(tree.root(), tree.root());
   }
}

} // namespace
} // namespace keyseat
