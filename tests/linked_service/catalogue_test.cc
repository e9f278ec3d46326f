// SPDX-License-Identifier: Apache-2.0

#include "linked_service/catalogue.h"

#include <keyseat/sdk/jose/json.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace keyseat {
namespace {

using sdk::jose::JsonKind;
using sdk::jose::JsonTree;
using sdk::jose::JsonValue;

// What stands at a path, in words: kind, dialect of a connection string, reason.
std::string in_words(std::string_view kind, std::string_view dialect, std::string_view why) {
   return fmt::format("{} {} {}", kind, dialect, why);
}

std::string in_words(const CataloguePath &path) {
   static const std::map<PathKind, std::string_view> kinds = {
         {PathKind::secret, "secret"},
         {PathKind::connection_string, "connectionString"},
         {PathKind::sas_uri, "sasUri"},
         {PathKind::secret_map, "secretMap"},
         {PathKind::free_form, "freeForm"}};
   static const std::map<Dialect, std::string_view> dialects = {
         {Dialect::adonet_sql, "adonet-sql"},
         {Dialect::keyword_password, "keyword-password"},
         {Dialect::keyword_pwd, "keyword-pwd"},
         {Dialect::keyword_credential, "keyword-credential"},
         {Dialect::azure_storage, "azure-storage"},
         {Dialect::cosmos_db, "cosmos-db"},
         {Dialect::mongodb_uri, "mongodb-uri"},
         {Dialect::odbc_driver, "odbc-driver"},
         {Dialect::jdbc_query, "jdbc-query"}};
   const bool has_dialect = path.kind == PathKind::connection_string;
   return in_words(kinds.at(path.kind), has_dialect ? dialects.at(path.dialect) : "", path.why);
}

// The paths of an entry of catalogue.json, with what stands there.
std::map<std::string, std::string> paths_of(JsonValue entry) {
   const std::string type = entry.find("type").public_text();
   std::map<std::string, std::string> paths;
   for (JsonValue member = entry.first(); member.exists(); member = member.next()) {
      for (JsonValue v = member.first(); v.exists(); v = v.next()) {
         const std::string path = member.is(JsonKind::object) ? v.name() : v.public_text();
         const std::string kind = member.name();
         const std::string text = member.is(JsonKind::object) ? v.public_text() : "";
         const bool is_free = kind == "freeForm";
         const std::string why = is_free ? text : fmt::format("catalogue: {} {}", type, path);
         paths[path] = in_words(kind, is_free ? "" : text, why);
      }
   }
   return paths;
}

TEST(Catalogue, says_what_its_file_says) {
   std::ifstream file(KEYSEAT_TESTS_DIR "/../framework/linked_service/catalogue.json",
                      std::ios::binary);
   const std::string text{std::istreambuf_iterator<char>(file), {}};
   const JsonTree tree(text); // which has no name twice
   const JsonValue types = tree.root().find("types");
   ASSERT_EQ(types.size(), catalogue().size());
   for (JsonValue entry = types.first(); entry.exists(); entry = entry.next()) {
      const std::string name = entry.find("type").public_text();
      const CatalogueType *type = find_in_catalogue(name);
      ASSERT_NE(type, nullptr) << name;
      EXPECT_EQ(type->untyped, entry.find("untyped").exists() && entry.find("untyped").boolean());
      std::map<std::string, std::string> paths;
      for (const CataloguePath &path : type->paths)
         paths[std::string(path.path)] = in_words(path);
      EXPECT_EQ(paths, paths_of(entry)) << name;
   }
}

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
