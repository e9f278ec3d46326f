// SPDX-License-Identifier: Apache-2.0
#include "base/path_text.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "support/scratch_folder.h"

namespace keyseat {
namespace {

TEST(PathText, ComesBackAsItWas) {
   for (const char *text : {"a.json", "Größe 日本 \U0001F600.json", "-", ""})
      EXPECT_EQ(path_text(path_of_text(text)), text);
}

TEST(PathText, HasSlashesInItsGenericForm) {
   EXPECT_EQ(generic_path_text(std::filesystem::path("a") / "b" / "c.json"), "a/b/c.json");
}

TEST(PathText, NamesTheFileThatItsCharactersSay) {
   const ScratchFolder folder;
   const std::filesystem::path path = folder.path() / path_of_text("схема-鍵.json");
   write_file(path, as_bytes("x"), {});
   EXPECT_EQ(json_files_below(folder.path()), std::vector<std::filesystem::path>{path});
   EXPECT_TRUE(path_text(path).ends_with("схема-鍵.json"));
}

} // namespace
} // namespace keyseat
