// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/descriptor_posix.h"
#include "base/posix_fixture.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct stat facts(const fs::path &path) {
   struct stat raw {};
   EXPECT_EQ(::stat(path.c_str(), &raw), 0) << path;
   return raw;
}

unsigned mode(const fs::path &path) { return facts(path).st_mode & 07777; }

TEST_F(FilesPosix, AreMadeWithTheUmask) {
   write_file(folder_ / "a", as_bytes("x"), kPublic);
   EXPECT_EQ(read(folder_ / "a"), "x");
   EXPECT_EQ(mode(folder_ / "a"), 0644u);
   ::umask(077);
   write_file(folder_ / "b", as_bytes("x"), kPublic);
   EXPECT_EQ(mode(folder_ / "b"), 0600u);
}

TEST_F(FilesPosix, ThatAreReplacedKeepTheirMode) {
   for (const unsigned kept : {0640u, 0444u, 0666u, 0755u}) {
      const fs::path path = folder_ / "a";
      fs::remove(path);
      folder_.put("a", "old");
      ASSERT_EQ(::chmod(path.c_str(), kept), 0);
      write_file(path, as_bytes("new"), kPublic);
      EXPECT_EQ(read(path), "new");
      EXPECT_EQ(mode(path), kept);
   }
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(FilesPosix, WithSecretsAreTheOwnersOnly) {
   const fs::path path = folder_.put("a", "old");
   ASSERT_EQ(mode(path), 0644u);
   write_file(path, as_bytes("secret"), kSecret);
   EXPECT_EQ(mode(path), 0600u);
   write_file(folder_ / "fresh", as_bytes("secret"), kSecret);
   EXPECT_EQ(mode(folder_ / "fresh"), 0600u);
   ::umask(0777);
   write_file(folder_ / "strict", as_bytes("secret"), kSecret);
   EXPECT_EQ(mode(folder_ / "strict"), 0600u);
}

TEST_F(FilesPosix, ThatRootReplacesKeepTheirOwner) {
   const fs::path path = folder_.put("a", "old");
   const bool root = ::geteuid() == 0;
   if (root) {
      ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
   }
   const struct stat before = facts(path);
   write_file(path, as_bytes("new"), kPublic);
   EXPECT_EQ(facts(path).st_uid, before.st_uid);
   EXPECT_EQ(facts(path).st_gid, before.st_gid);
   EXPECT_EQ(before.st_uid, root ? 65534u : ::geteuid());
}

TEST_F(FilesPosix, AreReplacedAsAWhole) {
   const fs::path path = folder_.put("a", "old");
   const int reader = ::open(path.c_str(), O_RDONLY);
   write_file(path, as_bytes("new"), kPublic);
   std::array<char, 8> seen{};
   EXPECT_EQ(::read(reader, seen.data(), seen.size()), 3);
   EXPECT_STREQ(seen.data(), "old"); // whoever had opened the old file still reads it
   ::close(reader);
}

TEST_F(FilesPosix, AreReplacedBehindASymbolicLink) {
   folder_.put("sub/target", "old");
   fs::create_symlink("sub/target", folder_ / "one");
   fs::create_symlink(folder_ / "one", folder_ / "two");
   write_file(folder_ / "two", as_bytes("new"), kPublic);
   EXPECT_TRUE(fs::is_symlink(folder_ / "one"));
   EXPECT_TRUE(fs::is_symlink(folder_ / "two"));
   EXPECT_FALSE(fs::is_symlink(folder_ / "sub/target"));
   EXPECT_EQ(content_of(folder_ / "sub/target"), "new");
   EXPECT_EQ(folder_.entries(), 3u);
}

TEST_F(FilesPosix, AreMadeBehindADanglingLink) {
   fs::create_directory(folder_ / "sub");
   fs::create_symlink("sub/none", folder_ / "link");
   write_file(folder_ / "link", as_bytes("new"), kPublic);
   EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
   EXPECT_EQ(content_of(folder_ / "sub/none"), "new");
}

TEST_F(FilesPosix, InALoopOfLinksAreAnError) {
   fs::create_symlink("b", folder_ / "a");
   fs::create_symlink("a", folder_ / "b");
   const Error error = error_of([&] { write_file(folder_ / "a", as_bytes("x"), kPublic); });
   EXPECT_EQ(error.code(), ErrorCode::io);
   EXPECT_THAT(error.message(), HasSubstr("symbolic links"));
}

TEST_F(FilesPosix, WithARelativeNameAreMadeInTheWorkingFolder) {
   EXPECT_EQ(in_child([&] {
                if (::chdir(folder_.path().c_str()) != 0) return 1;
                write_file("relative", as_bytes("x"), kPublic);
                return 0;
             }),
             0);
   EXPECT_EQ(content_of(folder_ / "relative"), "x");
}

TEST_F(FilesPosix, ThatAreFoldersOrInNoneAreAnError) {
   for (const fs::path &path : {folder_.path(), folder_.path() / ""}) {
      const Error error = error_of([&] { write_file(path, as_bytes("x"), kPublic); });
      EXPECT_EQ(error.code(), ErrorCode::io);
      EXPECT_THAT(error.message(), HasSubstr("Is a directory"));
   }
   EXPECT_THAT(error_of([&] { write_file(folder_ / "no/file", as_bytes("x"), kPublic); }).message(),
               HasSubstr("No such file"));
   EXPECT_EQ(folder_.entries(), 0u);
}

// Whoever made a FIFO may be reading at its other end.
TEST_F(FilesPosix, AFifoIsAnOutputThatExists) {
   const fs::path fifo = folder_ / "fifo";
   ASSERT_EQ(::mkfifo(fifo.c_str(), 0666), 0);
   WriteOptions options;
   options.replace = false;
   EXPECT_EQ(error_of([&] { write_file(fifo, as_bytes("secret"), options); }).code(),
             ErrorCode::output_exists);
}

TEST_F(FilesPosix, AttackAFifoOfAnotherUserInTheWay) {
   if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
   const fs::path fifo = folder_ / "fifo";
   ASSERT_EQ(::mkfifo(fifo.c_str(), 0666), 0);
   ASSERT_EQ(::chown(fifo.c_str(), 65534, 65534), 0);
   // A reader is there: writing would not block.
   const platform::Descriptor reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK));
   for (const bool replace : {false, true}) {
      WriteOptions options;
      options.replace = replace;
      EXPECT_EQ(error_of([&] { write_file(fifo, as_bytes("secret"), options); }).code(),
                ErrorCode::output_exists);
   }
   std::array<char, 8> got{};
   EXPECT_EQ(::read(reader.get(), got.data(), got.size()), 0) << "somebody wrote";
}

TEST_F(FilesPosix, AttackALinkToTheDescriptorOfAnotherProcess) {
   std::array<int, 2> ends{};
   ASSERT_EQ(::pipe(ends.data()), 0);
   const pid_t child = ::fork();
   if (child == 0) {
      ::pause();
      ::_exit(0);
   }
   const fs::path link = folder_ / "plain.json";
   fs::create_symlink("/proc/" + std::to_string(child) + "/fd/" + std::to_string(ends[1]), link);
   for (const bool replace : {false, true}) {
      WriteOptions options;
      options.replace = replace;
      EXPECT_THROW(write_file(link, as_bytes("secret"), options), Error);
   }
   ::kill(child, SIGKILL);
   ::waitpid(child, nullptr, 0);
   ::close(ends[1]);
   std::array<char, 8> got{};
   EXPECT_EQ(::read(ends[0], got.data(), got.size()), 0) << "something was written";
   ::close(ends[0]);
}

} // namespace
} // namespace keyseat
