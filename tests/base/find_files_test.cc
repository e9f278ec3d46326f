// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/files_fixture.h"
#include "base/platform.h"
#include "support/access.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

TEST_F(Files, BelowAFolderAreFoundInOrder) {
   for (const char *name : {"b.json", "a/z.JSON", "a/b.txt", "a/.git/c.json", ".git/d.json",
                            "c.json/inner.json", "a.json5", ".hidden.json"}) {
      folder_.put(name, "{}");
   }
   const std::vector<fs::path> expected{folder_ / ".hidden.json", folder_ / "a/z.JSON",
                                        folder_ / "b.json", folder_ / "c.json/inner.json"};
   EXPECT_EQ(json_files_below(folder_.path()), expected);
   EXPECT_EQ(error_of([&] { json_files_below(folder_ / "none"); }).code(), ErrorCode::io);
}

TEST_F(Files, HaveFactsOfTheirOwnerAndOfWhoElseMayUseThem) {
   const fs::path path = folder_.put("a", "x");
   test::let_others_write(path);
   const FileFacts open = file_facts(path).value();
   EXPECT_TRUE(open.is_regular);
   EXPECT_TRUE(open.owned_by_me);
   EXPECT_TRUE(open.writable_by_others);
   EXPECT_TRUE(open.readable_by_others);
   EXPECT_EQ(open.owner, file_facts(folder_.path()).value().owner);
   test::keep_to_owner(path);
   const FileFacts kept = file_facts(path).value();
   EXPECT_FALSE(kept.writable_by_others);
   EXPECT_FALSE(kept.readable_by_others);
   EXPECT_TRUE(file_facts(folder_.path()).value().is_folder);
   EXPECT_FALSE(file_facts(folder_ / "none").has_value());
   EXPECT_FALSE(file_facts(path / "below").has_value());
}

} // namespace
} // namespace keyseat
