// SPDX-License-Identifier: Apache-2.0

#include "linked_service/catalogue.h"

#include <keyseat/error.h>

#include <gtest/gtest.h>

namespace keyseat {
namespace {

TEST(Catalogue, knows_the_types_of_the_schema_and_those_seen_outside_of_it) {
   EXPECT_EQ(Catalogue::built_in().types().size(), 129U);
   for (const char *type : {"SqlServer", "sqlserver", "Zoho", "AmazonMWS", "AzureTrino", "Kusto"}) {
      EXPECT_NE(Catalogue::built_in().find(type), nullptr) << type;
   }
   EXPECT_EQ(Catalogue::built_in().find("Nope"), nullptr);
   EXPECT_EQ(Catalogue::built_in().find(""), nullptr);
}

TEST(Catalogue, says_why_a_path_is_secret) {
   const CatalogueType *type = Catalogue::built_in().find("SQLSERVER");
   ASSERT_NE(type, nullptr);
   EXPECT_EQ(type->paths.front().path, "/password");
   EXPECT_EQ(type->paths.front().why, "catalogue: SqlServer /password");
}

struct Mistake {
   const char *text;
   std::size_t line;
   std::size_t column;
};

class DamagedCatalogue : public ::testing::TestWithParam<Mistake> {};

INSTANTIATE_TEST_SUITE_P(
      Mistakes, DamagedCatalogue,
      ::testing::Values(Mistake{"{", 1, 2}, Mistake{"[]", 1, 1}, Mistake{R"({"typs":[]})", 1, 2},
                        Mistake{R"({"types":{}})", 1, 10}, Mistake{"{\"types\":\n [1]}", 2, 3},
                        Mistake{R"({"types":[{"secret":["/a"]}]})", 1, 11},
                        Mistake{R"({"types":[{"type":"x","secret":["a"]}]})", 1, 33},
                        Mistake{R"({"types":[{"type":"x","secrets":[]}]})", 1, 23},
                        Mistake{R"({"types":[{"type":"x","connectionString":{"/a":"b"}}]})", 1,
                                48}));

TEST_P(DamagedCatalogue, is_refused_with_its_place) {
   try {
      Catalogue::parse(GetParam().text, "mine.json");
      FAIL() << "was read";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::config_invalid);
      EXPECT_EQ(error.place().file, "mine.json");
      EXPECT_EQ(error.place().line, GetParam().line) << error.message();
      EXPECT_EQ(error.place().column, GetParam().column) << error.message();
   }
}

TEST(Catalogue, refuses_two_entries_for_one_type) {
   EXPECT_THROW(Catalogue::parse(R"({"types":[{"type":"x"},{"type":"X"}]})", "mine.json"), Error);
}

} // namespace
} // namespace keyseat
