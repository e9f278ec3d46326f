// SPDX-License-Identifier: Apache-2.0
#include "base/files.h"

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
#include <atomic>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include "base/platform.h"
#include "base/scratch_folder.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::size_t kLimit = 1 << 20;
constexpr WriteOptions kPublic{};
constexpr WriteOptions kSecret{true, true};
constexpr WriteOptions kOnlyNew{false, false};

std::string read(const fs::path &path, std::size_t limit = kLimit) {
   return std::string(read_file(document_memory(), path, limit).reveal_text());
}

struct stat facts(const fs::path &path) {
   struct stat raw {};
   EXPECT_EQ(::stat(path.c_str(), &raw), 0) << path;
   return raw;
}

unsigned mode(const fs::path &path) { return facts(path).st_mode & 07777; }

template <class Body>
Error error_of(Body body) {
   try {
      body();
   } catch (const Error &error) {
      return error;
   }
   ADD_FAILURE() << "no error";
   return {ErrorCode::internal, "none"};
}

// Runs `body` in a child process; its result is the child's exit code.
template <class Body>
int in_child(Body body) {
   const pid_t child = ::fork();
   if (child == 0) {
      try {
         ::_exit(body());
      } catch (const std::exception &error) {
         std::fprintf(stderr, "in the child: %s\n", error.what());
         ::_exit(99);
      }
   }
   int status = 0;
   ::waitpid(child, &status, 0);
   return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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

class Files : public testing::Test {
 protected:
   Files() { ::umask(022); }
   ~Files() override { ::umask(022); }
   ScratchFolder folder_;
};

TEST_F(Files, AreReadWhole) {
   EXPECT_EQ(read(folder_.put("a", "hello")), "hello");
   EXPECT_EQ(read(folder_.put("empty", "")), "");
   const std::string large(700000, 'x');
   EXPECT_EQ(read(folder_.put("large", large)), large);
}

TEST_F(Files, AreReadUpToTheLimit) {
   const fs::path path = folder_.put("a", "12345");
   EXPECT_EQ(read(path, 5), "12345");
   const Error error = error_of([&] { read(path, 4); });
   EXPECT_EQ(error.code(), ErrorCode::io);
   EXPECT_THAT(error.message(), HasSubstr("longer than 4 bytes"));
   EXPECT_THAT(error_of([] { read("/dev/zero"); }).message(), HasSubstr("longer than"));
}

TEST_F(Files, OfProcAreReadThoughTheyClaimToBeEmpty) {
   EXPECT_THAT(read("/proc/self/status"), HasSubstr("VmRSS"));
}

TEST_F(Files, ThatCannotBeReadAreNamedWithTheReason) {
   const Error missing = error_of([&] { read(folder_ / "no\nsuch"); });
   EXPECT_EQ(missing.code(), ErrorCode::io);
   EXPECT_THAT(missing.message(), HasSubstr("no\\x0asuch"));
   EXPECT_THAT(missing.message(), HasSubstr("No such file"));
   EXPECT_EQ(missing.place().file, (folder_ / "no\nsuch").string());
   EXPECT_THAT(error_of([&] { read(folder_.path()); }).message(), HasSubstr("Is a directory"));
}

TEST_F(Files, NamedByADashAreStandardInput) {
   const std::string content(200000, 'q');
   folder_.put("in", content);
   EXPECT_EQ(in_child([&] {
                const int file = ::open((folder_ / "in").c_str(), O_RDONLY);
                ::dup2(file, STDIN_FILENO);
                return read("-") == content ? 0 : 1;
             }),
             0);
}

TEST_F(Files, AreReadFromAFifo) {
   const fs::path fifo = folder_ / "fifo";
   ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
   std::thread writer([&] { write_file(fifo, as_bytes("through the pipe"), kPublic); });
   EXPECT_EQ(read(fifo), "through the pipe");
   writer.join();
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(Files, AreMadeWithTheUmask) {
   write_file(folder_ / "a", as_bytes("x"), kPublic);
   EXPECT_EQ(read(folder_ / "a"), "x");
   EXPECT_EQ(mode(folder_ / "a"), 0644u);
   ::umask(077);
   write_file(folder_ / "b", as_bytes("x"), kPublic);
   EXPECT_EQ(mode(folder_ / "b"), 0600u);
}

TEST_F(Files, ThatAreReplacedKeepTheirMode) {
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

TEST_F(Files, WithSecretsAreTheOwnersOnly) {
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

TEST_F(Files, ThatRootReplacesKeepTheirOwner) {
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

TEST_F(Files, AreReplacedAsAWhole) {
   const fs::path path = folder_.put("a", "old");
   const int reader = ::open(path.c_str(), O_RDONLY);
   write_file(path, as_bytes("new"), kPublic);
   std::array<char, 8> seen{};
   EXPECT_EQ(::read(reader, seen.data(), seen.size()), 3);
   EXPECT_STREQ(seen.data(), "old"); // whoever had opened the old file still reads it
   ::close(reader);
}

TEST_F(Files, ThatExistAreNotReplacedUnlessAsked) {
   const fs::path path = folder_.put("a", "old");
   const Error error = error_of([&] { write_file(path, as_bytes("new"), kOnlyNew); });
   EXPECT_EQ(error.code(), ErrorCode::output_exists);
   EXPECT_EQ(content_of(path), "old");
   write_file(folder_ / "b", as_bytes("new"), kOnlyNew);
   EXPECT_EQ(content_of(folder_ / "b"), "new");
   EXPECT_EQ(folder_.entries(), 2u);
}

TEST_F(Files, ThatAppearLateAreNotReplacedEither) {
   // Two threads make the same file; exactly one of them may have made it.
   for (int round = 0; round < 100; ++round) {
      const fs::path path = folder_ / ("race" + std::to_string(round)).c_str();
      std::atomic<int> made{0};
      const auto make = [&](std::string_view text) {
         try {
            write_file(path, as_bytes(text), kOnlyNew);
            ++made;
         } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::output_exists);
         }
      };
      std::thread other([&] { make("b"); });
      make("a");
      other.join();
      EXPECT_EQ(made, 1);
   }
   EXPECT_EQ(folder_.entries(), 100u);
}

TEST_F(Files, AreReplacedBehindASymbolicLink) {
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

TEST_F(Files, AreMadeBehindADanglingLink) {
   fs::create_directory(folder_ / "sub");
   fs::create_symlink("sub/none", folder_ / "link");
   write_file(folder_ / "link", as_bytes("new"), kPublic);
   EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
   EXPECT_EQ(content_of(folder_ / "sub/none"), "new");
}

TEST_F(Files, InALoopOfLinksAreAnError) {
   fs::create_symlink("b", folder_ / "a");
   fs::create_symlink("a", folder_ / "b");
   const Error error = error_of([&] { write_file(folder_ / "a", as_bytes("x"), kPublic); });
   EXPECT_EQ(error.code(), ErrorCode::io);
   EXPECT_THAT(error.message(), HasSubstr("symbolic links"));
}

TEST_F(Files, WithARelativeNameAreMadeInTheWorkingFolder) {
   EXPECT_EQ(in_child([&] {
                if (::chdir(folder_.path().c_str()) != 0) return 1;
                write_file("relative", as_bytes("x"), kPublic);
                return 0;
             }),
             0);
   EXPECT_EQ(content_of(folder_ / "relative"), "x");
}

TEST_F(Files, WithTheLongestNameCanBeWritten) {
   const std::string name(255, 'n');
   write_file(folder_ / name.c_str(), as_bytes("x"), kPublic);
   EXPECT_EQ(content_of(folder_ / name.c_str()), "x");
}

TEST_F(Files, ThatAreFoldersOrInNoneAreAnError) {
   for (const fs::path &path : {folder_.path(), folder_.path() / ""}) {
      const Error error = error_of([&] { write_file(path, as_bytes("x"), kPublic); });
      EXPECT_EQ(error.code(), ErrorCode::io);
      EXPECT_THAT(error.message(), HasSubstr("Is a directory"));
   }
   EXPECT_THAT(error_of([&] { write_file(folder_ / "no/file", as_bytes("x"), kPublic); }).message(),
               HasSubstr("No such file"));
   EXPECT_EQ(folder_.entries(), 0u);
}

TEST_F(Files, OfSpecialKindsAreWrittenDirectly) {
   write_file("/dev/null", as_bytes("x"), kPublic);
   EXPECT_TRUE(fs::is_character_file("/dev/null"));
   EXPECT_EQ(error_of([] { write_file("/dev/full", as_bytes("x"), kPublic); }).code(),
             ErrorCode::io);
   EXPECT_THAT(error_of([] { write_file("/dev/full", as_bytes("x"), kPublic); }).message(),
               HasSubstr("No space left"));
}

TEST_F(Files, NamedDevStdoutAreTheInheritedDescriptor) {
   for (const char *name : {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}) {
      const fs::path out = folder_.put("out", "");
      const ino_t inode = facts(out).st_ino;
      EXPECT_EQ(in_child([&] {
                   ::dup2(::open(out.c_str(), O_WRONLY), STDOUT_FILENO);
                   write_file(name, as_bytes("direct"), kPublic);
                   return 0;
                }),
                0);
      EXPECT_EQ(content_of(out), "direct");
      EXPECT_EQ(facts(out).st_ino, inode);
   }
}

TEST_F(Files, OfAReaderThatLeftAreAnErrorAndNoSignal) {
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

TEST_F(Files, WrittenToANonBlockingPipeArriveWhole) {
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

TEST_F(Files, ThatGrowTooLargeLeaveWhatWasThere) {
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

TEST_F(Files, OnAFullFileSystemLeaveWhatWasThere) {
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

TEST_F(Files, OpenNoDescriptorForChildren) {
   folder_.put("a", "x");
   const platform::PinnedFile pinned(folder_ / "a");
   const int number = std::stoi(pinned.load_path().filename().string());
   EXPECT_EQ(::fcntl(number, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

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

TEST_F(Files, AreReadLineByLineAndNoFurther) {
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

TEST_F(Files, WithALineBeyondTheLimitAreAnError) {
   folder_.put("lines", "1234567\n");
   const int file = ::open((folder_ / "lines").c_str(), O_RDONLY);
   EXPECT_EQ(error_of([&] { platform::read_line(key_memory(), file, 6); }).code(), ErrorCode::io);
   ::close(file);
}

} // namespace
} // namespace keyseat
