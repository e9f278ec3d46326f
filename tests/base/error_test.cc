// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <keyseat/error.h>

#include <set>
#include <string>

namespace keyseat {
namespace {

TEST(Error, HasTheNameAndExitCodeOfItsCode) {
   EXPECT_EQ(error_name(ErrorCode::config_invalid), "config-invalid");
   EXPECT_EQ(exit_code(ErrorCode::config_invalid), 3);
   EXPECT_EQ(Error(ErrorCode::no_recipient, "x").exit_code(), 9);
   EXPECT_EQ(exit_code(ErrorCode::io), 11);
   EXPECT_EQ(exit_code(ErrorCode::internal), 70);
}

TEST(Error, GivesEachCodeANameOfItsOwn) {
   std::set<std::string_view> names;
   for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
      const std::string_view name = error_name(static_cast<ErrorCode>(i));
      EXPECT_TRUE(names.insert(name).second) << name;
      EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos);
   }
}

TEST(Error, CarriesHintPlaceAndOthers) {
   try {
      std::vector<Error> others{Error(ErrorCode::config_invalid, "second").at({"", 4, 2, "/b"})};
      throw Error(ErrorCode::config_invalid, "first")
            .hint("mend it")
            .at({"", 3, 7, "/a"})
            .with(std::move(others));
   } catch (Error &error) {
      error.in_file("keyseat.json");
      EXPECT_STREQ(error.what(), "first");
      EXPECT_EQ(error.hint(), "mend it");
      EXPECT_EQ(error.place().line, 3u);
      EXPECT_EQ(error.place().pointer, "/a");
      EXPECT_EQ(error.place().file, "keyseat.json");
      ASSERT_EQ(error.others().size(), 1u);
      EXPECT_EQ(error.others()[0].place().file, "keyseat.json");
   }
}

TEST(Error, KeepsAFileThatIsKnown) {
   Error error = Error(ErrorCode::io, "x").in_file("inner");
   error.in_file("outer");
   EXPECT_EQ(error.place().file, "inner");
}

} // namespace
} // namespace keyseat
