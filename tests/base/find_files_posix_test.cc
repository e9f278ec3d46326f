// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/platform.h"
#include "base/posix_fixture.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

TEST_F(FilesPosix, AreNotFoundBehindLinks) {
   const fs::path file = folder_.put("a/b.json", "{}");
   fs::create_symlink(file, folder_ / "link.json");
   fs::create_directory_symlink(folder_ / "a", folder_ / "loop");
   EXPECT_EQ(json_files_below(folder_.path()), std::vector<fs::path>{file});
}

TEST_F(FilesPosix, HaveFacts) {
   const fs::path path = folder_.put("a", "x");
   ASSERT_EQ(::chmod(path.c_str(), 0620), 0);
   const FileFacts file = file_facts(path).value();
   EXPECT_TRUE(file.is_regular);
   EXPECT_TRUE(file.owned_by_me);
   EXPECT_EQ(file.owned_by_root, ::geteuid() == 0);
   EXPECT_EQ(file.owner, std::to_string(::geteuid()));
   EXPECT_TRUE(file.writable_by_others);
   EXPECT_FALSE(file.readable_by_others);
   EXPECT_TRUE(file_facts(folder_.path()).value().is_folder);
   EXPECT_TRUE(file_facts("/").value().owned_by_root);
   EXPECT_FALSE(file_facts(folder_ / "none").has_value());
   EXPECT_FALSE(file_facts(path / "below").has_value());
}

TEST_F(FilesPosix, ThatArePinnedStayWhatTheyWere) {
   const fs::path path = folder_.put("lib.so", "original");
   const platform::PinnedFile pinned(path);
   write_file(path, as_bytes("exchanged"), kPublic);
   const Bytes content = pinned.read_all();
   EXPECT_EQ(as_text(content), "original");
   EXPECT_EQ(content_of(pinned.load_path()), "original");
   EXPECT_TRUE(pinned.facts().is_regular);
}

TEST_F(FilesPosix, ThatAreNoLibrariesAreNotPinned) {
   ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
   for (const fs::path &path : {folder_ / "none", folder_.path(), folder_ / "fifo"}) {
      EXPECT_EQ(error_of([&] { const platform::PinnedFile pinned(path); }).code(),
                ErrorCode::plugin_refused);
   }
}

TEST_F(FilesPosix, OpenNoDescriptorForChildren) {
   folder_.put("a", "x");
   const platform::PinnedFile pinned(folder_ / "a");
   const int number = std::stoi(pinned.load_path().filename().string());
   EXPECT_EQ(::fcntl(number, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

} // namespace
} // namespace keyseat
