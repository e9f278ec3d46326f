// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "base/platform.h"
#include "base/posix_fixture.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST_F(FilesPosix, ThatNeverEndAreReadUpToTheLimit) {
   EXPECT_THAT(error_of([] { read("/dev/zero"); }).message(), HasSubstr("longer than"));
}

TEST_F(FilesPosix, OfProcAreReadThoughTheyClaimToBeEmpty) {
   EXPECT_THAT(read("/proc/self/status"), HasSubstr("VmRSS"));
}

TEST_F(FilesPosix, ThatCannotBeReadAreNamedWithTheReason) {
   const Error missing = error_of([&] { read(folder_ / "no\nsuch"); });
   EXPECT_EQ(missing.code(), ErrorCode::io);
   EXPECT_THAT(missing.message(), HasSubstr("no\\x0asuch"));
   EXPECT_THAT(missing.message(), HasSubstr("No such file"));
   EXPECT_EQ(missing.place().file, (folder_ / "no\nsuch").string());
   EXPECT_THAT(error_of([&] { read(folder_.path()); }).message(), HasSubstr("Is a directory"));
}

TEST_F(FilesPosix, NamedByADashAreStandardInput) {
   const std::string content(200000, 'q');
   folder_.put("in", content);
   EXPECT_EQ(in_child([&] {
                const int file = ::open((folder_ / "in").c_str(), O_RDONLY);
                ::dup2(file, STDIN_FILENO);
                return read("-") == content ? 0 : 1;
             }),
             0);
}

TEST_F(FilesPosix, AreReadFromAFifo) {
   const fs::path fifo = folder_ / "fifo";
   ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
   std::thread writer([&] { write_file(fifo, as_bytes("through the pipe"), kPublic); });
   EXPECT_EQ(read(fifo), "through the pipe");
   writer.join();
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(FilesPosix, ThatAreNoRegularOnesAreRefusedWithoutWaiting) {
   const auto read_regular = [](const fs::path &path) {
      return std::string(read_regular_file(document_memory(), path, 100).reveal_text());
   };
   EXPECT_EQ(read_regular(folder_.put("a", "hello")), "hello");
   const fs::path fifo = folder_ / "fifo";
   ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
   for (const fs::path &path : {fifo, folder_.path(), fs::path("/dev/zero")}) {
      const Error error = error_of([&] { read_regular(path); });
      EXPECT_EQ(error.code(), ErrorCode::io);
      EXPECT_THAT(error.message(), HasSubstr("no regular file"));
   }
   EXPECT_THAT(error_of([&] { read_regular("-"); }).message(), HasSubstr("No such file"));
}

TEST_F(FilesPosix, AreReadLineByLineAndNoFurther) {
   folder_.put("lines", "first\nsecond\r\n\nlast");
   const int file = ::open((folder_ / "lines").c_str(), O_RDONLY);
   const auto line = [&] { return platform::read_line(key_memory(), file, 6); };
   EXPECT_EQ(line().value().reveal_text(), "first");
   EXPECT_EQ(::lseek(file, 0, SEEK_CUR), 6); // what follows is left for others
   EXPECT_EQ(line().value().reveal_text(), "second");
   EXPECT_EQ(line().value().reveal_text(), "");
   EXPECT_EQ(line().value().reveal_text(), "last");
   EXPECT_FALSE(line().has_value());
   ::close(file);
   EXPECT_EQ(error_of([&] { line(); }).code(), ErrorCode::io);
}

TEST_F(FilesPosix, WithALineBeyondTheLimitAreAnError) {
   folder_.put("lines", "1234567\n");
   const int file = ::open((folder_ / "lines").c_str(), O_RDONLY);
   EXPECT_EQ(error_of([&] { platform::read_line(key_memory(), file, 6); }).code(), ErrorCode::io);
   ::close(file);
}

TEST_F(FilesPosix, AreCheckedOnceTheyAreOpen) {
   const fs::path path = folder_.put("a", "checked");
   const SecretBytes content =
         read_regular_file(document_memory(), path, 100, [&](const FileFacts &facts) {
            EXPECT_TRUE(facts.is_regular);
            EXPECT_FALSE(facts.writable_by_others);
            folder_.put("b", "exchanged");
            fs::rename(folder_ / "b", path);
         });
   EXPECT_EQ(content.reveal_text(), "checked");
   EXPECT_THROW(read_regular_file(document_memory(), path, 100,
                                  [](const FileFacts &) {
                                     throw Error(ErrorCode::config_invalid, "not this one");
                                  }),
                Error);
}

} // namespace
} // namespace keyseat
