// SPDX-License-Identifier: Apache-2.0
//
// What a plugin cannot do in the sandbox of Linux, and what becomes of its processes.

#include "host/misbehaving.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/platform_sandbox.h"
#include "host/processes.h"

namespace keyseat::test {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

TEST_F(Misbehaving, NoProcessIsStartedWhileServing) {
   EXPECT_EQ(errno_of("fork"), EPERM);
   EXPECT_EQ(errno_of("orphan"), EPERM);
   EXPECT_EQ(errno_of("exec"), EPERM);
   EXPECT_EQ(errno_of("thread"), 0);
}

TEST_F(Misbehaving, ProcessThatIsStartedWhileOpeningEndsWithTheWorker) {
   for (const char *act : {"fork", "orphan"}) {
      EXPECT_EQ(errno_of(act, {{"during", "open"}}), 0);
      ASSERT_EQ(children().size(), 1U);
      EXPECT_EQ(family_of(children()[0]).size(), 2U) << act;
      protector_.reset();
   }
}

TEST_F(Misbehaving, ProcessThatIsStartedWhileOpeningEndsWhenTheWorkerCrashes) {
   open("orphan", {{"during", "open"}});
   const int worker = children().at(0);
   kill_process(worker);
   expect_works(*protector_);
   EXPECT_TRUE(is_gone(worker));
}

TEST_F(Misbehaving, NoProcessIsStartedThatTheHostIsTheParentOf) {
   EXPECT_EQ(errno_of("adopt", {{"during", "open"}}), EPERM);
   EXPECT_EQ(errno_of("namespace", {{"during", "open"}}), EPERM);
}

TEST_F(Misbehaving, GroupIsNotLeftAndNobodyElseIsSignalled) {
   for (const char *function : {"open", "wrap"}) {
      EXPECT_EQ(errno_of("setsid", {{"during", function}}), EPERM);
      EXPECT_EQ(errno_of("kill-parent", {{"during", function}}), EPERM);
   }
}

TEST_F(Misbehaving, DescriptorsEndInTheWorkerOnly) {
   EXPECT_EQ(errno_of("descriptors"), EMFILE);
   EXPECT_EQ(protector_->status({}).health, Health::ok);
}

TEST_F(Misbehaving, BytesThatAreNoFrameAreAnError) {
   Protector &protector = open_once("garble");
   const Error error = wrap_error(protector);
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.message(), HasSubstr("'test.misbehaving' damaged its worker process, which "
                                          "answered wrap with what makes no sense"));
   expect_works(protector);
}

TEST_F(Misbehaving, AnswerToACallThatNobodyHasMadeIsAnError) {
   Protector &protector = open_once("wrong-call");
   EXPECT_THAT(wrap_error(protector).message(), HasSubstr("what makes no sense"));
   expect_works(protector);
}

TEST_F(Misbehaving, FilesThatNoOptionNamesAreOutOfReach) {
   if (!platform::sandbox_support().files) GTEST_SKIP() << "this kernel has no Landlock";
   const std::string secret = folder_.write("secret", "s").string();
   EXPECT_EQ(errno_of("read", {{"file", secret}}), EACCES);
   EXPECT_EQ(errno_of("read", {{"file", secret}, {"key", secret}}), 0);
   EXPECT_EQ(errno_of("write", {{"file", secret}, {"key", secret}}), EACCES);
   EXPECT_EQ(errno_of("write", {{"file", "/etc/keyseat-was-here"}}), EACCES);
   EXPECT_EQ(errno_of("read", {{"file", "/etc/passwd"}}), 0);
   // What the configuration adds.
   for (const auto &[act, isolation] :
        {std::pair{"read", Isolation{.process = true, .read = {folder_.path().string()}}},
         std::pair{"write", Isolation{.process = true, .write = {folder_.path().string()}}}}) {
      Protector &protector = open(act, {{"file", secret}}, isolation);
      EXPECT_EQ(number_in(protector.wrap({}, some_cek()), "errno"), 0) << act;
   }
}

// The library is loaded and opened within the same bounds.
TEST_F(Misbehaving, FilesAreOutOfReachBeforeTheInstanceIsOpen) {
   if (!platform::sandbox_support().files) GTEST_SKIP() << "this kernel has no Landlock";
   const std::string secret = folder_.write("secret", "s").string();
   EXPECT_EQ(errno_of("read", {{"file", secret}, {"during", "open"}}), EACCES);
}

TEST_F(Misbehaving, OtherMachinesAreOutOfReachOfAPluginThatDeclaresNoNetwork) {
   if (!platform::sandbox_support().system_calls) GTEST_SKIP() << "this kernel has no seccomp";
   for (const char *function : {"open", "wrap"}) {
      EXPECT_EQ(errno_of("tcp", {{"during", function}}), EPERM);
      EXPECT_EQ(errno_of("udp", {{"during", function}}), EPERM);
      EXPECT_EQ(errno_of("local", {{"during", function}}), 0);
   }
   Protector &protector = open("udp", {}, {.process = true, .network = true}); // by configuration
   EXPECT_EQ(number_in(protector.wrap({}, some_cek()), "errno"), 0);
}

TEST_F(Misbehaving, MemoryOfOtherProcessesIsOutOfReach) {
   if (!platform::sandbox_support().files) GTEST_SKIP() << "this kernel has no Landlock";
   const std::string memory = "/proc/" + std::to_string(getpid()) + "/mem";
   EXPECT_THAT(errno_of("read", {{"file", memory}}), AnyOf(EACCES, EPERM));
}

// -- the end of the host -----------------------------------------------------------------------------

// Has the host in a child of its own open the protector, and returns the child and its worker.
struct Host {
   pid_t host = 0;
   int worker = 0;
};

Host start_host(const Settings &settings) {
   int ends[2];
   EXPECT_EQ(pipe(ends), 0);
   const pid_t child = fork();
   if (child == 0) {
      const PluginRegistry registry = registry_over(plugin_folder());
      const auto nobody = no_prompter();
      const auto protector = registry.load("test.misbehaving", {.process = true})
                                   .open("bad", settings, "/somewhere", *nobody);
      const std::vector<int> workers = children();
      const int worker = workers.size() == 1 ? workers[0] : 0;
      if (write(ends[1], &worker, sizeof worker) != sizeof worker) _exit(1);
      protector->wrap({.timeout_ms = 0}, some_cek());
      for (;;)
         pause();
   }
   Host host;
   host.host = child;
   EXPECT_EQ(read(ends[0], &host.worker, sizeof host.worker), ssize_t{sizeof host.worker});
   close(ends[0]);
   close(ends[1]);
   return host;
}

// Waits until the plugin is in wrap(): it has made its file by then.
void wait_for(const std::filesystem::path &file) {
   while (!std::filesystem::exists(file))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

TEST(HostKilled, EndsItsWorkerWhateverThatDoes) {
   for (const char *act : {"none", "hang", "hang-deaf", "hang-closed"}) {
      const Folder folder;
      const std::string done = (folder.path() / "done").string();
      const Host host = start_host({{"act", act}, {"once", done}});
      ASSERT_GT(host.worker, 0);
      wait_for(done);
      ::kill(host.host, SIGKILL);
      waitpid(host.host, nullptr, 0);
      EXPECT_TRUE(is_gone(host.worker)) << act;
   }
}

TEST(HostKilled, EndsWhatItsWorkerHasStarted) {
   const Folder folder;
   const std::string done = (folder.path() / "done").string();
   const Host host = start_host({{"act", "orphan"}, {"during", "open"}, {"once", done}});
   ASSERT_EQ(family_of(host.worker).size(), 2U);
   ::kill(host.host, SIGKILL);
   waitpid(host.host, nullptr, 0);
   EXPECT_TRUE(is_gone(host.worker));
}

} // namespace
} // namespace keyseat::test
