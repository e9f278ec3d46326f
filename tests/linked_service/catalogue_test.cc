// SPDX-License-Identifier: Apache-2.0

#include "linked_service/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace keyseat {
namespace {

TEST(Catalogue, knows_the_types_of_the_schema_and_those_seen_outside_of_it) {
   EXPECT_EQ(catalogue().size(), 129U);
   for (const char *type : {"SqlServer", "sqlserver", "Zoho", "AmazonMWS", "AzureTrino", "Kusto"}) {
      EXPECT_NE(find_in_catalogue(type), nullptr) << type;
   }
   EXPECT_EQ(find_in_catalogue("Nope"), nullptr);
   EXPECT_EQ(find_in_catalogue(""), nullptr);
}

TEST(Catalogue, finds_each_of_its_types) {
   for (const CatalogueType &type : catalogue()) {
      EXPECT_EQ(find_in_catalogue(type.name), &type) << type.name;
   }
}

TEST(Catalogue, says_why_a_path_is_secret) {
   const CatalogueType *type = find_in_catalogue("SQLSERVER");
   ASSERT_NE(type, nullptr);
   const auto password = std::ranges::find(type->paths, "/password", &CataloguePath::path);
   ASSERT_NE(password, type->paths.end());
   EXPECT_EQ(password->kind, PathKind::secret);
   EXPECT_EQ(password->why, "catalogue: SqlServer /password");
}

TEST(Catalogue, knows_dialects_reasons_and_what_is_not_known) {
   const CatalogueType *oracle = find_in_catalogue("AmazonRdsForOracle");
   ASSERT_NE(oracle, nullptr);
   const auto text = std::ranges::find(oracle->paths, "/connectionString", &CataloguePath::path);
   ASSERT_NE(text, oracle->paths.end());
   EXPECT_EQ(text->kind, PathKind::connection_string);
   EXPECT_EQ(text->dialect, Dialect::keyword_password);
   const auto free = std::ranges::find(oracle->paths, PathKind::free_form, &CataloguePath::kind);
   ASSERT_NE(free, oracle->paths.end());
   EXPECT_EQ(free->why, "SQL run at connect; may embed secrets");
   EXPECT_FALSE(oracle->untyped);
   EXPECT_TRUE(std::ranges::any_of(catalogue(), &CatalogueType::untyped));
}

} // namespace
} // namespace keyseat
