// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>

#include <fcntl.h>
#include <io.h>

#include <string>
#include <vector>

#include "base/files_fixture.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "support/access.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;
using FilesWindows = Files;

// Opens a file of another process, as far as sharing goes.
HANDLE open_elsewhere(const fs::path &path, DWORD share) {
   return ::CreateFileW(path.c_str(), GENERIC_READ, share, nullptr, OPEN_EXISTING, 0, nullptr);
}

TEST(NamesWindows, AreComparedWithoutCase) {
   EXPECT_EQ(platform::without_case(path_of_text("C:\\Straße\\é.Json")),
             path_of_text("C:\\STRAßE\\É.JSON"));
   EXPECT_EQ(platform::without_case({}), fs::path());
}

TEST_F(FilesWindows, HavePathsBeyond260Characters) {
   fs::path path = folder_.path();
   for (int i = 0; i < 5; ++i)
      path /= path_of_text("схема-" + std::string(70, 'x'));
   ASSERT_GT(path.native().size(), 400u);
   make_folders(path);
   make_folders(path); // is there
   const fs::path file = path / "a.json";
   write_file(file, as_bytes("old"), kPublic);
   write_file(file, as_bytes("new"), kPublic);
   EXPECT_EQ(read(file), "new");
   EXPECT_EQ(json_files_below(folder_.path()), std::vector<fs::path>{file});
   EXPECT_EQ(json_files_below(path), std::vector<fs::path>{file});
   EXPECT_TRUE(file_facts(file).value().is_regular);
   ::DeleteFileW((L"\\\\?\\" + file.native()).c_str());
   for (; path != folder_.path(); path = path.parent_path())
      ::RemoveDirectoryW((L"\\\\?\\" + path.native()).c_str());
}

// Windows replaces it from version 10 on, in the file system of its own; Wine refuses.
TEST_F(FilesWindows, ThatOthersReadAreReplacedWhollyOrStayAsTheyWere) {
   const fs::path path = folder_.put("a", "old");
   HANDLE reader = open_elsewhere(path, FILE_SHARE_READ | FILE_SHARE_DELETE);
   ASSERT_NE(reader, INVALID_HANDLE_VALUE);
   std::string expected = "new";
   try {
      write_file(path, as_bytes("new"), kPublic);
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::io);
      expected = "old";
   }
   ::CloseHandle(reader);
   EXPECT_EQ(content_of(path), expected);
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(FilesWindows, ThatOthersKeepToThemselvesStayAsTheyWere) {
   const fs::path path = folder_.put("a", "old");
   HANDLE reader = open_elsewhere(path, FILE_SHARE_READ);
   ASSERT_NE(reader, INVALID_HANDLE_VALUE);
   const Error error = error_of([&] { write_file(path, as_bytes("new"), kPublic); });
   ::CloseHandle(reader);
   EXPECT_EQ(error.code(), ErrorCode::io);
   EXPECT_EQ(content_of(path), "old");
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(FilesWindows, ThatAreHiddenStayHidden) {
   const fs::path path = folder_.put("a", "old");
   ASSERT_NE(::SetFileAttributesW(path.c_str(), FILE_ATTRIBUTE_HIDDEN), 0);
   write_file(path, as_bytes("new"), kPublic);
   EXPECT_EQ(::GetFileAttributesW(path.c_str()) & FILE_ATTRIBUTE_HIDDEN,
             DWORD{FILE_ATTRIBUTE_HIDDEN});
   EXPECT_EQ(content_of(path), "new");
}

TEST_F(FilesWindows, ThatAreDevicesAreWrittenDirectlyAndNotReadForConfigurations) {
   write_file("NUL", as_bytes("x"), kPublic);
   EXPECT_EQ(read("NUL"), "");
   EXPECT_EQ(error_of([] { read_regular_file(document_memory(), "NUL", 100); }).code(),
             ErrorCode::io);
}

TEST_F(FilesWindows, ThatArePinnedCanBeNeitherWrittenNorRenamedNorRemoved) {
   const fs::path path = folder_.put("sub/lib.dll", "original");
   const platform::PinnedFile pinned(path);
   EXPECT_EQ(error_of([&] { write_file(path, as_bytes("exchanged"), kPublic); }).code(),
             ErrorCode::io);
   EXPECT_EQ(open_elsewhere(path, 0), INVALID_HANDLE_VALUE);
   EXPECT_EQ(::DeleteFileW(path.c_str()), 0);
   EXPECT_EQ(::MoveFileW(path.c_str(), (folder_ / "elsewhere").c_str()), 0);
   const Bytes content = pinned.read_all();
   EXPECT_EQ(as_text(content), "original");
   EXPECT_EQ(content_of(pinned.load_path()), "original");
}

TEST_F(FilesWindows, ThatAreNoLibrariesAreNotPinned) {
   for (const fs::path &path : {folder_ / "none", folder_.path(), fs::path("NUL")}) {
      EXPECT_EQ(error_of([&] { const platform::PinnedFile pinned(path); }).code(),
                ErrorCode::plugin_refused);
   }
}

TEST_F(FilesWindows, AreReadLineByLineAndNoFurther) {
   const fs::path path = folder_.put("lines", "first\nsecond\r\n\nlast");
   const int file = ::_wopen(path.c_str(), _O_RDONLY | _O_BINARY);
   const auto line = [&] { return platform::read_line(key_memory(), file, 6); };
   EXPECT_EQ(line().value().reveal_text(), "first");
   EXPECT_EQ(::_lseek(file, 0, SEEK_CUR), 6); // what follows is left for others
   EXPECT_EQ(line().value().reveal_text(), "second");
   EXPECT_EQ(line().value().reveal_text(), "");
   EXPECT_EQ(line().value().reveal_text(), "last");
   EXPECT_FALSE(line().has_value());
   ::_close(file);
   EXPECT_EQ(error_of([&] { line(); }).code(), ErrorCode::io);
}

} // namespace
} // namespace keyseat
