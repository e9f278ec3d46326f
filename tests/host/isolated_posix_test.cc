// SPDX-License-Identifier: Apache-2.0
//
// A worker process, as /proc shows it; and the library that it loads.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/platform_sandbox.h"
#include "host/processes.h"
#include "host/test_host.h"

namespace keyseat::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string text_of(const fs::path &path) {
   std::ostringstream text;
   text << std::ifstream(path, std::ios::binary).rdbuf();
   return text.str();
}

class IsolatedWorker : public testing::Test {
 protected:
   IsolatedWorker() {
      ::setenv("KEYSEAT_TEST_SECRET", "to nobody", 1);
      ::setenv("LD_BIND_NOT", "1", 1);
      inheritable_ = ::open("/dev/null", O_RDONLY); // NOLINT(android-cloexec-open): on purpose
      probe_ = open_isolated_probe({});
      folder_ = fs::path("/proc") / std::to_string(children().at(0));
   }
   ~IsolatedWorker() override {
      ::close(inheritable_);
      ::unsetenv("KEYSEAT_TEST_SECRET");
      ::unsetenv("LD_BIND_NOT");
   }

   // Files of a process that is not dumpable belong to root.
   static bool is_root() { return ::geteuid() == 0; }

   std::unique_ptr<Protector> probe_;
   fs::path folder_;
   int inheritable_ = -1;
};

TEST_F(IsolatedWorker, GetsNoPrivilegesAndAFilterOfSystemCalls) {
   const std::string status = text_of(folder_ / "status");
   EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t1\n"));
   EXPECT_THAT(status, HasSubstr(platform::sandbox_support().system_calls ? "Seccomp:\t2\n" : ""));
}

TEST_F(IsolatedWorker, IsNotDumpable) {
   // Otherwise they belonged to whoever runs the process.
   struct stat facts {};
   ASSERT_EQ(::stat((folder_ / "environ").c_str(), &facts), 0);
   EXPECT_EQ(facts.st_uid, 0U);
}

TEST_F(IsolatedWorker, HasTheDescriptorsThatItWasGivenAndNoOthers) {
   if (!is_root())
      GTEST_SKIP() << "only root sees the descriptors of a process that is not dumpable";
   std::map<int, std::string> open;
   for (const auto &entry : fs::directory_iterator(folder_ / "fd"))
      open[std::stoi(entry.path().filename())] = fs::read_symlink(entry.path()).string();
   const std::size_t standard = 3;
   const std::size_t library_and_lifeline = 2;
   EXPECT_EQ(open.size(), standard + library_and_lifeline + 8);
   for (int i = 0; i < 3; ++i)
      EXPECT_EQ(open[i], "/dev/null");
   EXPECT_THAT(open[3], HasSubstr("test.probe.so"));
   for (int i = 5; i < 5 + 8; ++i)
      EXPECT_THAT(open[i], StartsWith("socket:"));
   EXPECT_THAT(open[platform::kMostWorkerFiles - 1], StartsWith("pipe:"));
}

TEST_F(IsolatedWorker, HasACleanEnvironment) {
   if (!is_root())
      GTEST_SKIP() << "only root sees the environment of a process that is not dumpable";
   EXPECT_THAT(text_of(folder_ / "environ"),
               AllOf(StartsWith("LANG=C.UTF-8"), Not(HasSubstr("KEYSEAT_TEST_SECRET")),
                     Not(HasSubstr("LD_")), Not(HasSubstr("PATH="))));
}

TEST_F(IsolatedWorker, HasLimits) {
   if (!is_root()) GTEST_SKIP() << "only root sees the limits of a process that is not dumpable";
   const std::string limits = text_of(folder_ / "limits");
   std::istringstream lines(limits);
   std::map<std::string, std::string> soft;
   for (std::string line; std::getline(lines, line);)
      soft[line.substr(0, line.find("  "))] = line.substr(26, line.find(' ', 26) - 26);
   EXPECT_EQ(soft["Max open files"], std::to_string(platform::kMostWorkerFiles));
   const std::uint64_t most = platform::kMostWorkerMemory;
   EXPECT_EQ(soft["Max data size"],
             platform::sandbox_support().memory ? std::to_string(most) : "unlimited");
}

TEST_F(IsolatedWorker, LeadsAProcessGroupOfItsOwn) {
   EXPECT_EQ(::getpgid(children().at(0)), children().at(0));
}

// What was looked at is what each worker loads, whatever stands at its path by then.
TEST(IsolatedLibrary, IsTheOneThatWasLookedAt) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   const auto nobody = no_prompter();
   const Plugin &plugin =
         registry_over(folder.path()).load("test.probe", {.process = true}); // looked at
   fs::rename(folder.add_plugin("test.misbehaving", "test.other"), path);
   const auto opened = plugin.open("dev", {}, folder.path(), *nobody); // by another worker
   EXPECT_THAT(opened->wrap({}, some_cek()).header, HasSubstr(R"("alg":"probe")"));
   EXPECT_EQ(fs::file_size(path), fs::file_size(plugin_folder() / "test.misbehaving.so"));
}

TEST(IsolatedLibrary, IsRefusedWhenItsDigestIsNotThePinnedOne) {
   Folder folder;
   folder.add_plugin("test.probe");
   PluginPlaces places{.folders = {folder.path()}, .pins = {{"test.probe", std::string(64, '0')}}};
   const PluginRegistry registry(places);
   EXPECT_THAT(error_of([&] { registry.load("test.probe", {.process = true}); }).message(),
               HasSubstr("not the pinned one"));
   EXPECT_TRUE(children().empty()) << "no worker is started for it";
}

} // namespace
} // namespace keyseat::test
