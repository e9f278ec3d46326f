// SPDX-License-Identifier: Apache-2.0
//
// Plugins that do to their process what no plugin may. The host lives on, the error says which plugin
// and what became of it, the next call works where it can, and no process is left over.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/log.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/platform_sandbox.h"
#include "host/processes.h"
#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kTimeout = 300; // ms

class Misbehaving : public testing::Test {
 protected:
   // An orphan has lost its parent, and keeps its process group.
   void TearDown() override {
      note_workers();
      protector_.reset();
      EXPECT_THAT(children_of(getpid()), IsEmpty()) << "a zombie or a worker is left";
      for (const pid_t group : groups_)
         EXPECT_TRUE(is_gone(group)) << "an orphan is left";
   }

   Protector &open(const std::string &act, Settings settings = {},
                   Isolation isolation = {.process = true}) {
      static const PluginRegistry registry = registry_over(plugin_folder());
      settings["act"] = act;
      protector_ = registry.load("test.misbehaving", isolation)
                         .open("bad", settings, folder_.path(), prompter_);
      note_workers();
      return *protector_;
   }

   // A protector that misbehaves once.
   Protector &open_once(const std::string &act) {
      return open(act, {{"once", (folder_.path() / "done").string()}});
   }

   static WrappedCek wrap(Protector &protector) {
      CallContext call;
      call.timeout_ms = kTimeout;
      return protector.wrap(call, some_cek());
   }

   static Error wrap_error(Protector &protector) {
      return error_of([&] { wrap(protector); });
   }

   static int number_in(const WrappedCek &wrapped, const char *name) {
      const auto at = wrapped.header.find(std::string("\"") + name + "\":");
      return at == std::string::npos
                   ? -1
                   : std::stoi(wrapped.header.substr(at + std::string(name).size() + 3));
   }

   // The errno that the act in wrap() came out with.
   int errno_of(const std::string &act, Settings settings = {}) {
      Protector &protector = open(act, std::move(settings));
      return number_in(protector.wrap({}, some_cek()), "errno");
   }

   void expect_works(Protector &protector) {
      const WrappedCek wrapped = wrap(protector);
      const auto cek = protector.unwrap({}, wrapped.header, wrapped.encrypted_key);
      ASSERT_TRUE(cek);
      EXPECT_EQ(Bytes(cek->data(), cek->data() + cek->size()), some_cek());
      note_workers();
   }

   void note_workers() {
      for (const Process &child : children_of(getpid()))
         groups_.insert(child.group);
   }

   Folder folder_;
   ScriptedPrompter prompter_{{"1234", "1234", "1234"}};
   std::unique_ptr<Protector> protector_;
   std::set<pid_t> groups_;
};

TEST_F(Misbehaving, CrashIsAnErrorThatNamesSignalAndPlugin) {
   const Error error = wrap_error(open("crash"));
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.message(),
               AllOf(HasSubstr("protector 'bad'"), HasSubstr("signal 11 (Segmentation fault)"),
                     HasSubstr("during wrap"), HasSubstr("'test.misbehaving'")));
}

TEST_F(Misbehaving, AbortAndExitAreErrorsThatSaySo) {
   EXPECT_THAT(wrap_error(open("abort")).message(), HasSubstr("signal 6 (Aborted)"));
   EXPECT_THAT(wrap_error(open("exit")).message(), HasSubstr("ended with exit code 3"));
}

TEST_F(Misbehaving, CallIsMadeOnceMoreAfterACrash) {
   expect_works(open_once("crash"));
   expect_works(*protector_);
}

TEST_F(Misbehaving, CallForWhichAPinWasGivenIsNotMadeAgainByItself) {
   Protector &protector = open_once("ask-and-crash");
   EXPECT_THAT(wrap_error(protector).message(), HasSubstr("signal 11"));
   EXPECT_EQ(prompter_.asked().size(), 1U);
   expect_works(protector);
}

TEST_F(Misbehaving, ThreeCrashesWithinAMinuteMakeTheProtectorUnavailable) {
   Protector &protector = open("crash");
   wrap_error(protector); // one crash, and one of the second try
   EXPECT_THAT(wrap_error(protector).message(), HasSubstr("lost 3 times within a minute"));
   const Clock::time_point before = Clock::now();
   const Error error = wrap_error(protector);
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.hint(), HasSubstr("started again in"));
   EXPECT_LT(Clock::now() - before, std::chrono::milliseconds(200)) << "no worker is started";
}

TEST_F(Misbehaving, CrashInOpenIsAnErrorOfOpening) {
   const Error error = error_of([&] { open("crash-in-open"); });
   EXPECT_THAT(error.message(), AllOf(HasSubstr("signal 11"), HasSubstr("during open")));
}

TEST_F(Misbehaving, LibraryThatCrashesWhenItIsLoadedIsRefused) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const Error error =
         error_of([&] { registry.load("test.crashes-when-loaded", {.process = true}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("signal 6"));
}

TEST_F(Misbehaving, HangEndsAtTheTimeoutPlusAGrace) {
   for (const char *act : {"hang", "hang-deaf"}) {
      Protector &protector = open_once(act);
      const Clock::time_point before = Clock::now();
      const Error error = wrap_error(protector);
      EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
      EXPECT_THAT(error.message(),
                  AllOf(HasSubstr("did not answer wrap within 300 ms"), HasSubstr("signal 9")));
      EXPECT_LT(Clock::now() - before, std::chrono::seconds(6));
      expect_works(protector);
      std::filesystem::remove(folder_.path() / "done");
   }
}

TEST_F(Misbehaving, AnswerThatIsLateButWithinTheGraceCounts) { expect_works(open("late")); }

TEST_F(Misbehaving, HangInCloseDoesNotKeepTheHost) {
   open("hang-in-close");
   const Clock::time_point before = Clock::now();
   protector_.reset();
   EXPECT_LT(Clock::now() - before, std::chrono::seconds(12));
}

TEST_F(Misbehaving, CancellationByTheCallerIsPassedOn) {
   CallContext call;
   call.is_cancelled = [] { return true; };
   const auto probe = open_isolated_probe({{"fault", "until-cancelled"}});
   EXPECT_EQ(error_of([&] { probe->wrap(call, some_cek()); }).message(),
             "protector 'dev': cancelled");
}

TEST_F(Misbehaving, OutputGoesNowhere) {
   testing::internal::CaptureStdout();
   testing::internal::CaptureStderr();
   expect_works(open("print"));
   EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
   EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Misbehaving, NoProcessIsStartedWhileServing) {
   EXPECT_EQ(errno_of("fork"), EPERM);
   EXPECT_EQ(errno_of("exec"), EPERM);
}

TEST_F(Misbehaving, ProcessThatIsStartedWhileOpeningEndsWithTheWorker) {
   open("fork-in-open");
   const auto workers = children_of(getpid());
   ASSERT_EQ(workers.size(), 1U);
   EXPECT_EQ(members_of(workers[0].group).size(), 2U);
}

TEST_F(Misbehaving, GroupIsNotLeftAndNobodyElseIsSignalled) {
   EXPECT_EQ(errno_of("setsid"), EPERM);
   EXPECT_EQ(errno_of("kill-parent"), EPERM);
}

TEST_F(Misbehaving, MemoryEndsBeforeTheMachinesDoes) {
   // Sanitizers need all the memory that there is; the status says that there is no limit then.
   const bool limited = platform::sandbox_support().memory;
   EXPECT_EQ(errno_of("memory"), limited ? ENOMEM : 0);
   EXPECT_EQ(protector_->status({}).health, Health::ok);
}

TEST_F(Misbehaving, DescriptorsEndInTheWorkerOnly) {
   EXPECT_EQ(errno_of("descriptors"), EMFILE);
   EXPECT_EQ(protector_->status({}).health, Health::ok);
}

TEST_F(Misbehaving, FloodOfTheLogIsCut) {
   unsigned lines = 0;
   std::string last;
   set_log_sink([&](LogLevel, std::string_view text) {
      ++lines;
      last = text;
   });
   Protector &protector = open("flood");
   protector.wrap({}, some_cek());
   set_log_sink({});
   EXPECT_EQ(lines, 257U);
   EXPECT_THAT(last, HasSubstr("99744 more lines of this call are left out"));
}

TEST_F(Misbehaving, WrongLengthsAreDefectsAsInProcess) {
   const auto probe = open_isolated_probe({{"fault", "short-cek"}});
   const WrappedCek wrapped = probe->wrap({}, some_cek());
   EXPECT_EQ(error_of([&] { probe->unwrap({}, wrapped.header, wrapped.encrypted_key); }).code(),
             ErrorCode::plugin_defect);
   const auto other = open_isolated_probe({{"fault", "long-header"}});
   EXPECT_THAT(error_of([&] { other->wrap({}, some_cek()); }).message(),
               HasSubstr("header has more than 8192 bytes"));
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

TEST_F(Misbehaving, MemoryOfOtherProcessesIsOutOfReach) {
   if (!platform::sandbox_support().files) GTEST_SKIP() << "this kernel has no Landlock";
   const std::string memory = "/proc/" + std::to_string(getpid()) + "/mem";
   EXPECT_THAT(errno_of("read", {{"file", memory}}), testing::AnyOf(EACCES, EPERM));
}

// -- the end of the worker, and of the host ----------------------------------------------------------

TEST_F(Misbehaving, WorkerKilledBetweenTwoCallsIsReplaced) {
   Protector &protector = open("none");
   const WrappedCek first = wrap(protector);
   ::kill(number_in(first, "pid"), SIGKILL);
   const WrappedCek second = wrap(protector);
   EXPECT_NE(number_in(first, "pid"), number_in(second, "pid"));
}

TEST_F(Misbehaving, ParallelCallsOutliveTheirWorker) {
   Protector &protector = open_once("crash");
   protector.status({});
   std::vector<std::thread> threads;
   for (int i = 0; i < 16; ++i)
      threads.emplace_back([&] {
         for (int j = 0; j < 20; ++j)
            protector.wrap({}, some_cek());
      });
   for (std::thread &thread : threads)
      thread.join();
}

// Has the host in a child of its own open the protector, and returns the child and its worker.
struct Host {
   pid_t host = 0;
   pid_t worker = 0;
};

Host start_host(const std::string &act) {
   int ends[2];
   EXPECT_EQ(pipe(ends), 0);
   const pid_t child = fork();
   if (child == 0) {
      const PluginRegistry registry = registry_over(plugin_folder());
      const auto nobody = no_prompter();
      const auto protector = registry.load("test.misbehaving", {.process = true})
                                   .open("bad", {{"act", act}}, "/somewhere", *nobody);
      const auto workers = children_of(getpid());
      const pid_t worker = workers.size() == 1 ? workers[0].id : 0;
      if (write(ends[1], &worker, sizeof worker) != sizeof worker) _exit(1);
      CallContext call;
      call.timeout_ms = 0;
      protector->wrap(call, some_cek());
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

TEST(HostKilled, EndsItsWorkerWhateverThatDoes) {
   for (const char *act : {"none", "hang", "hang-deaf"}) {
      const Host host = start_host(act);
      ASSERT_GT(host.worker, 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(100)); // into the call
      ::kill(host.host, SIGKILL);
      waitpid(host.host, nullptr, 0);
      EXPECT_TRUE(is_gone(host.worker)) << act;
   }
}

// -- in this process (R-ABN-1) -----------------------------------------------------------------------

TEST(GivenUp, HangInThisProcessEndsAtTheTimeoutAndTheInstanceIsNotTouchedAgain) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const auto nobody = no_prompter();
   auto protector = registry.load("test.misbehaving", {})
                          .open("bad", {{"act", "hang"}}, "/somewhere", *nobody);
   const Clock::time_point before = Clock::now();
   const Error error = error_of([&] { protector->wrap({.timeout_ms = kTimeout}, some_cek()); });
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.message(),
               AllOf(HasSubstr("did not answer wrap within 300 ms"), HasSubstr("was given up")));
   EXPECT_THAT(error_of([&] { protector->status({}); }).message(), HasSubstr("was given up"));
   protector.reset(); // close() is waived
   EXPECT_LT(Clock::now() - before, std::chrono::seconds(6));
}

TEST(GivenUp, LeavesOtherInstancesOfTheLibraryAlone) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const auto nobody = no_prompter();
   const Plugin &plugin = registry.load("test.misbehaving", {});
   const auto hanging = plugin.open("bad", {{"act", "hang"}}, "/somewhere", *nobody);
   const auto other = plugin.open("good", {{"act", "none"}}, "/somewhere", *nobody);
   error_of([&] { hanging->wrap({.timeout_ms = kTimeout}, some_cek()); });
   EXPECT_EQ(other->status({}).health, Health::ok);
}

} // namespace
} // namespace keyseat::test
