// SPDX-License-Identifier: Apache-2.0

#include "linked_service/support.h"

#include <keyseat/error.h>

#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

TEST(Definition, is_found_in_the_usual_envelope) {
   const Loaded loaded = load(fixture("sql_server.json"));
   EXPECT_EQ(loaded.definition.name, "SqlServerLinkedService");
   EXPECT_EQ(loaded.definition.type, "SqlServer");
   EXPECT_EQ(loaded.definition.integration_runtime, "Prod-IR");
   EXPECT_FALSE(loaded.definition.parameters.exists());
   EXPECT_FALSE(loaded.definition.credential.exists());
}

TEST(Definition, is_found_with_its_name_inside_and_its_runtime_beside) {
   EXPECT_EQ(load(fixture("crlf_tabs.json")).definition.name, "Rest");
   EXPECT_EQ(load(fixture("first_and_last.json")).definition.integration_runtime, "IR");
}

TEST(Definition, is_found_under_names_in_any_case) {
   const Loaded loaded = load(
         R"({"Name":"x","PROPERTIES":{"Type":"Sftp","typeproperties":{"EncryptedCredential":"QQ=="}}})");
   EXPECT_EQ(loaded.definition.name, "x");
   EXPECT_TRUE(loaded.definition.credential.text_is("QQ=="));
}

struct Mistake {
   const char *what;
   const char *text;
   std::size_t line;
   std::size_t column;
};

class NoDefinition : public ::testing::TestWithParam<Mistake> {};

INSTANTIATE_TEST_SUITE_P(
      Mistakes, NoDefinition,
      ::testing::Values(
            Mistake{"an_array", "[]", 1, 1}, Mistake{"no_properties", "\n {}", 2, 2},
            Mistake{"no_type", "{\"properties\":\n{\"typeProperties\":{}}}", 2, 1},
            Mistake{"no_type_properties", R"({"properties":{"type":"Sftp"}})", 1, 15},
            Mistake{"properties_of_another_kind", R"({"properties":[]})", 1, 15},
            Mistake{"a_type_of_another_kind", R"({"properties":{"type":1,"typeProperties":{}}})", 1,
                    23},
            Mistake{"an_empty_type", R"({"properties":{"type":"","typeProperties":{}}})", 1, 23},
            Mistake{"a_name_of_another_kind",
                    R"({"name":1,"properties":{"type":"a","typeProperties":{}}})", 1, 9},
            Mistake{
                  "two_runtimes",
                  R"({"connectVia":{},"properties":{"connectVia":{},"type":"a","typeProperties":{}}})",
                  1, 15},
            Mistake{"one_name_in_two_cases",
                    "{\"properties\":{\"type\":\"a\",\"typeProperties\":{\n"
                    "  \"é\":1, \"Password\":\"SECRET\", \"password\":\"SECRET\"}}}",
                    2, 31}),
      [](const auto &test) { return std::string(test.param.what); });

TEST_P(NoDefinition, is_refused_with_its_place) {
   try {
      load(GetParam().text);
      FAIL() << "was taken for a definition";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::definition_invalid);
      EXPECT_EQ(error.place().line, GetParam().line) << error.message();
      EXPECT_EQ(error.place().column, GetParam().column) << error.message();
      EXPECT_EQ(error.message().find("SECRET"), std::string::npos);
   }
}

TEST(ReadablePointer, drops_what_every_pointer_begins_with) {
   EXPECT_EQ(readable_pointer("/properties/typeProperties/connectionString"),
             "typeProperties.connectionString");
   EXPECT_EQ(readable_pointer("/properties/typeProperties/a~1b/0/c"), "typeProperties.a/b[0].c");
   EXPECT_EQ(readable_pointer("/name"), "name");
}

TEST(Definition, has_one_runtime) {
   for (const std::string_view inside : {"null", R"({"referenceName":"A"})"}) {
      const std::string text =
            R"({"connectVia":{"referenceName":"B"},"properties":{"connectVia":)" +
            std::string(inside) + R"(,"type":"Sftp","typeProperties":{}}})";
      EXPECT_THROW(load(text), Error) << inside;
   }
}

TEST(Definition, is_no_secure_string_nor_made_of_them) {
   const std::string mark = R"("type":"SecureString","value":"x")";
   for (const std::string &text :
        {"{" + mark + R"(,"properties":{"type":"Sftp","typeProperties":{}}})",
         R"({"properties":{)" + mark + R"(,"typeProperties":{}}})",
         R"({"properties":{"type":"Sftp","typeProperties":{)" + mark + "}}}",
         R"({"properties":{"type":"Sftp","connectVia":{)" + mark + R"(},"typeProperties":{}}})"}) {
      EXPECT_THROW(load(text), Error) << text;
   }
}

TEST(Definition, names_some_of_many_pointers) {
   std::vector<std::string> pointers;
   for (int i = 0; i < 12; ++i)
      pointers.push_back("/properties/a" + std::to_string(i));
   EXPECT_EQ(readable_pointers(pointers), "a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 and 2 more");
   EXPECT_EQ(readable_pointers({"/properties/a", "/b"}), "a, b");
   EXPECT_LT(readable_pointer("/" + std::string(1000, 'x')).size(), 100U);
}

} // namespace
} // namespace keyseat::test
