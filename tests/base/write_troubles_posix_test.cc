// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "base/posix_fixture.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

ino_t inode_of(const fs::path &path) {
   struct stat raw {};
   EXPECT_EQ(::stat(path.c_str(), &raw), 0) << path;
   return raw.st_ino;
}

// Gives this process file systems of its own to mount on; an ordinary user needs a user namespace for
// that, where the system allows those. False: it may not.
bool may_mount() {
   const std::string map = "0 " + std::to_string(::geteuid()) + " 1";
   const std::string group_map = "0 " + std::to_string(::getegid()) + " 1";
   if (::geteuid() == 0) return ::unshare(CLONE_NEWNS) == 0;
   if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
   std::ofstream("/proc/self/setgroups") << "deny";
   std::ofstream("/proc/self/uid_map") << map;
   std::ofstream("/proc/self/gid_map") << group_map;
   return true;
}

TEST_F(FilesPosix, OfSpecialKindsAreWrittenDirectly) {
   write_file("/dev/null", as_bytes("x"), kPublic);
   EXPECT_TRUE(fs::is_character_file("/dev/null"));
   EXPECT_EQ(error_of([] { write_file("/dev/full", as_bytes("x"), kPublic); }).code(),
             ErrorCode::io);
   EXPECT_THAT(error_of([] { write_file("/dev/full", as_bytes("x"), kPublic); }).message(),
               HasSubstr("No space left"));
}

TEST_F(FilesPosix, NamedDevStdoutAreTheInheritedDescriptor) {
   for (const char *name : {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}) {
      const fs::path out = folder_.put("out", "");
      const ino_t inode = inode_of(out);
      EXPECT_EQ(in_child([&] {
                   ::dup2(::open(out.c_str(), O_WRONLY), STDOUT_FILENO);
                   write_file(name, as_bytes("direct"), kPublic);
                   return 0;
                }),
                0);
      EXPECT_EQ(content_of(out), "direct");
      EXPECT_EQ(inode_of(out), inode);
   }
}

TEST_F(FilesPosix, OfAReaderThatLeftAreAnErrorAndNoSignal) {
   std::array<int, 2> ends{};
   ASSERT_EQ(::pipe(ends.data()), 0);
   ::close(ends[0]);
   EXPECT_EQ(in_child([&] {
                ::signal(SIGPIPE, SIG_DFL);
                ::dup2(ends[1], STDOUT_FILENO);
                for (int i = 0; i < 2; ++i) {
                   const Error direct = error_of([] { write_stdout(as_bytes("x")); });
                   if (direct.code() != ErrorCode::io) return 1;
                   const Error named =
                         error_of([] { write_file("/dev/stdout", as_bytes("x"), kPublic); });
                   if (named.code() != ErrorCode::io) return 2;
                }
                return 0;
             }),
             0);
   ::close(ends[1]);
}

TEST_F(FilesPosix, WrittenToANonBlockingPipeArriveWhole) {
   std::array<int, 2> ends{};
   ASSERT_EQ(::pipe(ends.data()), 0);
   const std::string content(500000, 'z');
   const pid_t child = ::fork();
   if (child == 0) {
      ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
      ::dup2(ends[1], STDOUT_FILENO);
      write_stdout(as_bytes(content));
      ::_exit(0);
   }
   ::close(ends[1]);
   std::string seen;
   std::array<char, 4096> chunk{};
   for (ssize_t got = 0; (got = ::read(ends[0], chunk.data(), chunk.size())) > 0;) {
      seen.append(chunk.data(), static_cast<std::size_t>(got));
   }
   ::waitpid(child, nullptr, 0);
   ::close(ends[0]);
   EXPECT_EQ(seen, content);
}

TEST_F(FilesPosix, ThatGrowTooLargeLeaveWhatWasThere) {
   const fs::path path = folder_.put("a", "old");
   EXPECT_EQ(in_child([&] {
                ::signal(SIGXFSZ, SIG_IGN);
                const rlimit small{1000, 1000};
                ::setrlimit(RLIMIT_FSIZE, &small);
                const std::string content(5000, 'x');
                return error_of([&] { write_file(path, as_bytes(content), kPublic); }).exit_code();
             }),
             11);
   EXPECT_EQ(content_of(path), "old");
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(FilesPosix, OnAFullFileSystemLeaveWhatWasThere) {
   constexpr int kNoMount = 77;
   const int result = in_child([&] {
      if (!may_mount()) return kNoMount;
      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
      const char *where = folder_.path().c_str();
      if (::mount("tmpfs", where, "tmpfs", 0, "size=64k") != 0) return kNoMount;
      write_file(folder_ / "a", as_bytes("old"), kPublic);
      const std::string content(200000, 'x');
      const Error error = error_of([&] { write_file(folder_ / "a", as_bytes(content), kPublic); });
      if (error.code() != ErrorCode::io) return 1;
      if (error.message().find("No space left") == std::string::npos) return 2;
      return content_of(folder_ / "a") == "old" && folder_.entries() == 1 ? 0 : 3;
   });
   if (result == kNoMount) GTEST_SKIP() << "this system lets nobody here mount a tmpfs";
   EXPECT_EQ(result, 0);
}

} // namespace
} // namespace keyseat
