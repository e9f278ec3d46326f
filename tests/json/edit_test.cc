// SPDX-License-Identifier: Apache-2.0
#include "json/edit.h"

#include <gtest/gtest.h>
#include <keyseat/error.h>

#include <algorithm>
#include <chrono>

#include "json/canonical.h"
#include "json/pointer.h"
#include "json/random_document.h"

namespace keyseat {
namespace {

using sdk::jose::JsonKind;
using sdk::jose::JsonTree;

std::string spliced(std::string_view text, std::vector<Splice> splices) {
   return std::string(apply_splices(text, std::move(splices)).reveal_text());
}

Splice cut(JsonSpan span) { return {span, {}, {}}; }

Splice put(std::size_t at, std::string text) { return {{at, at}, std::move(text), {}}; }

// The object that `pointer` names, without the members of these names.
std::string without(std::string_view text, std::string_view pointer,
                    const std::vector<std::string> &names) {
   const JsonTree tree(text);
   const JsonValue object = resolve_pointer(tree.root(), pointer);
   std::vector<JsonValue> members;
   for (const std::string &name : names)
      members.push_back(object.find(name));
   std::vector<Splice> splices;
   for (const JsonSpan &span : spans_without(members))
      splices.push_back(cut(span));
   return spliced(text, splices);
}

std::string appended(std::string_view text, std::string_view pointer) {
   const JsonTree tree(text);
   const JsonValue object = resolve_pointer(tree.root(), pointer);
   return spliced(text, {append_member(text, object, "new", "[1]")});
}

TEST(Splices, ReplaceInAnyOrderAndKeepTheRest) {
   EXPECT_EQ(spliced("0123456789", {{{7, 9}, "B", {}}, {{1, 3}, "A", {}}}), "0A3456B9");
   EXPECT_EQ(spliced("abc", {}), "abc");
   EXPECT_EQ(spliced("", {put(0, "x")}), "x");
}

TEST(Splices, InsertInTheirOrderAndBeforeWhatIsCut) {
   EXPECT_EQ(spliced("abc", {cut({1, 2}), put(1, "1"), put(1, "2"), put(3, "3"), put(2, "4")}),
             "a124c3");
}

TEST(Splices, TakeSecretTextFromWhereItLies) {
   const SecretBytes secret(document_memory(), as_bytes("hunter2"));
   EXPECT_EQ(spliced("[]", {{{1, 1}, {}, secret.reveal_text()}}), "[hunter2]");
}

TEST(Splices, ThatOverlapOrLieOutsideAreADefect) {
   EXPECT_THROW(spliced("0123456789", {cut({1, 5}), cut({4, 6})}), Error);
   EXPECT_THROW(spliced("0123456789", {cut({1, 5}), put(3, "x")}), Error);
   EXPECT_THROW(spliced("0123", {cut({3, 5})}), Error);
   EXPECT_THROW(spliced("0123", {cut({3, 2})}), Error);
   EXPECT_NO_THROW(spliced("0123456789", {cut({1, 5}), cut({5, 6})}));
}

TEST(Removal, TakesTheCommaThatBelongsToTheMember) {
   const std::string text = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}";
   EXPECT_EQ(without(text, "", {"a"}), "{\n  \"b\": 2,\n  \"c\": 3\n}");
   EXPECT_EQ(without(text, "", {"b"}), "{\n  \"a\": 1,\n  \"c\": 3\n}");
   EXPECT_EQ(without(text, "", {"c"}), "{\n  \"a\": 1,\n  \"b\": 2\n}");
   EXPECT_EQ(without(text, "", {"a", "c"}), "{\n  \"b\": 2\n}");
   EXPECT_EQ(without(text, "", {"c", "b"}), "{\n  \"a\": 1\n}");
   EXPECT_EQ(without(text, "", {"b", "a"}), "{\n  \"c\": 3\n}");
   EXPECT_EQ(without(text, "", {"a", "b", "c"}), "{\n  \n}");
}

TEST(Removal, HasASpanForEachMemberAtItsIndex) {
   const JsonTree tree(R"({"a":1,"b":2,"c":3})");
   const JsonValue root = tree.root();
   const auto spans = spans_without({root.find("c"), root.find("a")});
   ASSERT_EQ(spans.size(), 2u);
   EXPECT_EQ(spans[0], (JsonSpan{12, 18}));
   EXPECT_EQ(spans[1], (JsonSpan{1, 7}));
   EXPECT_TRUE(spans_without({}).empty());
}

TEST(Removal, OfMembersOfDifferentObjectsIsADefect) {
   const JsonTree tree(R"({"a": {"x": 1}, "b": {"x": 2}})");
   EXPECT_THROW(spans_without(
                      {resolve_pointer(tree.root(), "/a/x"), resolve_pointer(tree.root(), "/b/x")}),
                Error);
}

TEST(Append, TakesAfterTheMemberBefore) {
   EXPECT_EQ(appended(R"({"a":1})", ""), R"({"a":1,"new":[1]})");
   EXPECT_EQ(appended(R"({ "a": 1 })", ""), R"({ "a": 1, "new": [1] })");
   EXPECT_EQ(appended("{\n  \"a\" : 1\n}", ""), "{\n  \"a\" : 1,\n  \"new\" : [1]\n}");
   EXPECT_EQ(appended("{\r\n\t\"a\": 1\r\n}", ""), "{\r\n\t\"a\": 1,\r\n\t\"new\": [1]\r\n}");
   EXPECT_EQ(appended("{\"a\"\n:\n1}", ""), "{\"a\"\n:\n1,\"new\": [1]}");
}

TEST(Append, StandsInAnEmptyObjectWhereAMemberStood) {
   EXPECT_EQ(appended("{}", ""), R"({"new": [1]})");
   EXPECT_EQ(appended(R"({"t":{}})", "/t"), R"({"t":{"new":[1]}})");
   EXPECT_EQ(appended("{  }", ""), R"({ "new": [1] })");
   EXPECT_EQ(appended("{\n    \n  }", ""), "{\n    \"new\": [1]\n  }");
   EXPECT_EQ(appended("{\r\n\t\r\n}", ""), "{\r\n\t\"new\": [1]\r\n}");
   EXPECT_EQ(appended("{\n}", ""), "{\"new\": [1]\n}");
   EXPECT_EQ(appended("[{}]", "/0"), R"([{"new": [1]}])");
}

// What the text means, for comparison; numbers as they are written.
std::string meaning(std::string_view text) { return canonical_public(text); }

void collect_objects(JsonValue value, std::vector<JsonValue> &objects) {
   if (value.is(JsonKind::object)) objects.push_back(value);
   for (JsonValue v = value.first(); v.exists(); v = v.next())
      collect_objects(v, objects);
}

TEST(Append, IsUndoneByItsSpanInRandomDocuments) {
   for (unsigned seed = 0; seed < 1000; ++seed) {
      const std::string text = RandomDocument(seed).text();
      const JsonTree tree(text);
      std::vector<JsonValue> objects;
      collect_objects(tree.root(), objects);
      for (const JsonValue &object : objects) {
         const std::string pointer = pointer_to(object, tree.root());
         const std::string longer =
               spliced(text, {append_member(text, object, "n\"ew", "{\"x\": 1}")});
         const JsonTree after(longer);
         const JsonValue member = resolve_pointer(after.root(), pointer).find("n\"ew");
         ASSERT_TRUE(member.exists()) << longer;
         ASSERT_EQ(member.raw(), "{\"x\": 1}");
         ASSERT_FALSE(member.next().exists());
         ASSERT_EQ(spliced(longer, {cut(spans_without({member}).front())}), text);
      }
   }
}

TEST(Removal, LeavesTheOtherMembersAndIsUndoneByInsertingInRandomDocuments) {
   for (unsigned seed = 0; seed < 2000; ++seed) {
      RandomDocument random(seed);
      const std::string text = random.text();
      const JsonTree tree(text);
      std::vector<JsonValue> objects;
      collect_objects(tree.root(), objects);
      const JsonValue object = objects[random.below(objects.size())];
      std::vector<JsonValue> gone;
      for (JsonValue v = object.first(); v.exists(); v = v.next()) {
         if (random.below(2) == 0) gone.push_back(v);
      }
      std::vector<Splice> cuts;
      for (const JsonSpan &span : spans_without(gone))
         cuts.push_back(cut(span));
      const std::string shorter = spliced(text, cuts);

      CanonicalOptions leave_out_gone;
      leave_out_gone.leave_out = [&](JsonValue v) {
         return std::find(gone.begin(), gone.end(), v) != gone.end();
      };
      ASSERT_EQ(meaning(shorter), canonical_form(tree.root(), leave_out_gone).reveal_text())
            << text;

      std::vector<Splice> insertions;
      std::size_t cut_so_far = 0;
      for (const Splice &splice : cuts) { // in file order, as `gone` is
         const std::string piece = text.substr(splice.span.begin, splice.span.size());
         insertions.push_back(put(splice.span.begin - cut_so_far, piece));
         cut_so_far += piece.size();
      }
      ASSERT_EQ(spliced(shorter, insertions), text);
   }
}

TEST(Edits, OfManyMembersTakeLinearTime) {
   std::string text = "{\"m\":0";
   for (int i = 0; i < 200000; ++i)
      text += ",\"m" + std::to_string(i) + "\":\"some secret\"";
   text += "}";
   const auto start = std::chrono::steady_clock::now();
   const JsonTree tree(text);
   std::vector<JsonValue> gone;
   for (JsonValue v = tree.root().first().next(); v.exists(); v = v.next())
      gone.push_back(v);
   std::vector<Splice> cuts;
   for (const JsonSpan &span : spans_without(gone))
      cuts.push_back(cut(span));
   EXPECT_EQ(spliced(text, cuts), "{\"m\":0}");
   EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

} // namespace
} // namespace keyseat
