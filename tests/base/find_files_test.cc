// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/files_fixture.h"
#include "base/platform.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

TEST_F(Files, BelowAFolderAreFoundInOrder) {
   for (const char *name : {"b.json", "a/z.JSON", "a/b.txt", "a/.git/c.json", ".git/d.json",
                            "c.json/inner.json", "a.json5", ".hidden.json"}) {
      folder_.put(name, "{}");
   }
   fs::create_symlink(folder_ / "b.json", folder_ / "link.json");
   fs::create_directory_symlink(folder_ / "a", folder_ / "loop");
   const std::vector<fs::path> expected{folder_ / ".hidden.json", folder_ / "a/z.JSON",
                                        folder_ / "b.json", folder_ / "c.json/inner.json"};
   EXPECT_EQ(json_files_below(folder_.path()), expected);
   EXPECT_EQ(error_of([&] { json_files_below(folder_ / "none"); }).code(), ErrorCode::io);
}

TEST_F(Files, HaveFacts) {
   const fs::path path = folder_.put("a", "x");
   ASSERT_EQ(::chmod(path.c_str(), 0620), 0);
   const FileFacts file = file_facts(path).value();
   EXPECT_TRUE(file.is_regular);
   EXPECT_TRUE(file.owned_by_me);
   EXPECT_EQ(file.owned_by_root, ::geteuid() == 0);
   EXPECT_EQ(file.owner, ::geteuid());
   EXPECT_TRUE(file.writable_by_others);
   EXPECT_FALSE(file.readable_by_others);
   EXPECT_TRUE(file_facts(folder_.path()).value().is_folder);
   EXPECT_TRUE(file_facts("/").value().owned_by_root);
   EXPECT_FALSE(file_facts(folder_ / "none").has_value());
   EXPECT_FALSE(file_facts(path / "below").has_value());
}

TEST_F(Files, ThatArePinnedStayWhatTheyWere) {
   const fs::path path = folder_.put("lib.so", "original");
   const platform::PinnedFile pinned(path);
   write_file(path, as_bytes("exchanged"), kPublic);
   const Bytes content = pinned.read_all();
   EXPECT_EQ(as_text(content), "original");
   EXPECT_EQ(content_of(pinned.load_path()), "original");
   EXPECT_TRUE(pinned.facts().is_regular);
}

TEST_F(Files, ThatAreNoLibrariesAreNotPinned) {
   ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
   for (const fs::path &path : {folder_ / "none", folder_.path(), folder_ / "fifo"}) {
      EXPECT_EQ(error_of([&] { const platform::PinnedFile pinned(path); }).code(),
                ErrorCode::plugin_refused);
   }
}

TEST_F(Files, OpenNoDescriptorForChildren) {
   folder_.put("a", "x");
   const platform::PinnedFile pinned(folder_ / "a");
   const int number = std::stoi(pinned.load_path().filename().string());
   EXPECT_EQ(::fcntl(number, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

} // namespace
} // namespace keyseat
