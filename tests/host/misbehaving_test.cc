// SPDX-License-Identifier: Apache-2.0
//
// Plugins that crash, hang, exit and worse. The host lives on, the error says which plugin and what became of
// it, and the next call works where it can.

#include "host/misbehaving.h"

#include <gmock/gmock.h>
#include <keyseat/log.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/platform_sandbox.h"
#include "host/processes.h"

namespace keyseat::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Clock = std::chrono::steady_clock;

#ifdef _WIN32
constexpr const char *kCrashed = "exception 0xc0000005 (access violation)";
constexpr const char *kAborted = "exit code 3";
constexpr const char *kAbortedWhenLoaded = "exception 0xc0000409";
constexpr const char *kKilled = "was ended by its host";
#else
constexpr const char *kCrashed = "signal 11 (Segmentation fault)";
constexpr const char *kAborted = "signal 6 (Aborted)";
constexpr const char *kAbortedWhenLoaded = kAborted;
constexpr const char *kKilled = "signal 9 (Killed)";
#endif

TEST_F(Misbehaving, CrashIsAnErrorThatNamesSignalAndPlugin) {
   const Error error = wrap_error(open("crash"));
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.message(), AllOf(HasSubstr("protector 'bad'"), HasSubstr(kCrashed),
                                      HasSubstr("during wrap"), HasSubstr("'test.misbehaving'")));
}

TEST_F(Misbehaving, AbortIsAnErrorThatSaysSo) {
   EXPECT_THAT(wrap_error(open("abort")).message(), HasSubstr(kAborted));
}

TEST_F(Misbehaving, ExitIsAnErrorThatSaysSo) {
   EXPECT_THAT(wrap_error(open("exit")).message(), HasSubstr("ended with exit code 3"));
}

TEST_F(Misbehaving, NextCallWorksAfterACrashOfEachKind) {
   for (const char *act : {"crash", "abort", "exit"}) {
      Protector &protector = open_once(act);
      expect_works(protector);
      expect_works(protector);
      std::filesystem::remove(folder_.path() / "done");
   }
}

// -- what is made once more, and what is not ---------------------------------------------------------

TEST_F(Misbehaving, WrapUnwrapStatusAndExportAreMadeOnceMore) {
   for (const std::string function : {"wrap", "unwrap", "status", "export"}) {
      Settings settings = trace();
      settings["during"] = function;
      Protector &protector = open_once("crash", settings);
      if (function == "wrap") protector.wrap({.request_id = {7}}, some_cek());
      if (function == "unwrap") protector.unwrap({.request_id = {7}}, "{}", some_cek());
      if (function == "status") protector.status({.request_id = {7}});
      if (function == "export") protector.export_public_key({.request_id = {7}});
      const std::vector<std::string> lines = traced();
      const std::string line = function + " 07";
      EXPECT_THAT(lines, ElementsAre(testing::_, line, "open 07", line)) << function;
      protector_.reset();
      std::filesystem::remove(folder_.path() / "done");
      std::filesystem::remove(folder_.path() / "trace");
   }
}

TEST_F(Misbehaving, CallThatCrashesTwiceIsNotMadeAThirdTime) {
   Protector &protector = open("crash", trace());
   error_of([&] { protector.wrap({.request_id = {7}}, some_cek()); });
   EXPECT_THAT(traced(), ElementsAre(testing::_, "wrap 07", "open 07", "wrap 07"));
}

TEST_F(Misbehaving, CreateIsMadeOnceMoreWithTheSameRequestId) {
   Settings settings = trace();
   settings["during"] = "create";
   EXPECT_EQ(open_once("crash", settings).create_key({.request_id = {7}}, {}), "key");
   EXPECT_THAT(traced(), ElementsAre(testing::_, "create 07", "open 07", "create 07"));
}

TEST_F(Misbehaving, CreateWithoutARequestIdKeepsTheOneThatWasDrawn) {
   Settings settings = trace();
   settings["during"] = "create";
   open_once("crash", settings).create_key({}, {});
   const std::vector<std::string> lines = traced();
   ASSERT_EQ(lines.size(), 4U);
   EXPECT_EQ(lines[1], lines[3]);
}

TEST_F(Misbehaving, WhatCannotBeUndoneIsNotMadeOnceMore) {
   for (const std::string function : {"create", "destroy", "approve", "self-test", "list"}) {
      Settings settings = trace();
      settings["during"] = function;
      Protector &protector = open_once("crash", settings);
      const Error error = error_of([&] {
         if (function == "create") protector.create_key({}, {.replace = true});
         if (function == "destroy") protector.destroy_key({}, "key");
         if (function == "approve") protector.approve({});
         if (function == "self-test") protector.self_test({});
         if (function == "list") protector.list_keys({});
      });
      EXPECT_THAT(error.message(), HasSubstr(kCrashed)) << function;
      EXPECT_EQ(traced().size(), 2U) << function; // open, and the call
      expect_works(protector);
      protector_.reset();
      std::filesystem::remove(folder_.path() / "done");
      std::filesystem::remove(folder_.path() / "trace");
   }
}

TEST_F(Misbehaving, CallForWhichAPinWasGivenIsNotMadeAgainByItself) {
   Protector &protector = open_once("ask-and-crash");
   EXPECT_THAT(wrap_error(protector).message(), HasSubstr(kCrashed));
   EXPECT_EQ(prompter_.asked().size(), 1U);
   expect_works(protector);
   EXPECT_EQ(prompter_.asked().size(), 1U);
}

TEST_F(Misbehaving, ThirdWorkerComesAfterAPauseAndAfterThreeLossesNone) {
   Protector &protector = open("crash");
   const Clock::time_point first = Clock::now();
   wrap_error(protector); // one crash, and one of the second try
   EXPECT_THAT(wrap_error(protector).message(), HasSubstr("lost 3 times within a minute"));
   EXPECT_GE(Clock::now() - first, std::chrono::milliseconds(250));
   const Error error = wrap_error(protector);
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.hint(), HasSubstr("started again in"));
   EXPECT_THAT(children(), IsEmpty()) << "no worker is started";
}

// -- opening and loading -----------------------------------------------------------------------------

TEST_F(Misbehaving, CrashInOpenIsAnErrorOfOpening) {
   const Error error = error_of([&] { open("crash", {{"during", "open"}}); });
   EXPECT_THAT(error.message(), AllOf(HasSubstr(kCrashed), HasSubstr("during open")));
}

TEST_F(Misbehaving, LibraryThatCrashesWhenItIsLoadedIsRefused) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const Error error =
         error_of([&] { registry.load("test.crashes-when-loaded", {.process = true}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr(kAbortedWhenLoaded));
}

// -- time --------------------------------------------------------------------------------------------

TEST_F(Misbehaving, HangEndsAtTheTimeoutPlusAGrace) {
   for (const char *act : {"hang", "hang-deaf"}) {
      Protector &protector = open_once(act);
      const Clock::time_point before = Clock::now();
      const Error error = wrap_error(protector);
      EXPECT_GE(Clock::now() - before, std::chrono::milliseconds(2300)) << act;
      EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
      EXPECT_THAT(error.message(),
                  AllOf(HasSubstr("did not answer wrap within 300 ms"), HasSubstr(kKilled)));
      expect_works(protector);
      std::filesystem::remove(folder_.path() / "done");
   }
}

TEST_F(Misbehaving, AnswerThatIsLateButWithinTheGraceCounts) {
   const WrappedCek wrapped = wrap(open("late"));
   EXPECT_EQ(wrapped.encrypted_key, some_cek());
}

TEST_F(Misbehaving, HangInCloseDoesNotKeepTheHost) {
   open("hang-deaf", {{"during", "close"}});
   protector_.reset(); // the time limit of CTest, were it otherwise
}

TEST_F(Misbehaving, CancellationByTheCallerIsPassedOn) {
   CallContext call;
   call.is_cancelled = [] { return true; };
   const auto probe = open_isolated_probe({{"fault", "until-cancelled"}});
   EXPECT_EQ(error_of([&] { probe->wrap(call, some_cek()); }).message(),
             "protector 'dev': cancelled");
}

// -- too much ----------------------------------------------------------------------------------------

TEST_F(Misbehaving, OutputGoesNowhere) {
   testing::internal::CaptureStdout();
   testing::internal::CaptureStderr();
   expect_works(open("print"));
   EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
   EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Misbehaving, MemoryEndsBeforeTheMachinesDoes) {
   // Sanitizers need all the memory that there is; the status says that there is no limit then.
   const bool limited = platform::sandbox_support().memory && !has_jobs_without_limits();
   EXPECT_EQ(errno_of("memory"), limited ? ENOMEM : 0);
   expect_works(open_once("memory"));
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
   EXPECT_THAT(last, HasSubstr("9744 more lines of this call are left out"));
   EXPECT_EQ(protector.status({}).health, Health::ok);
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

// -- the end of the worker ---------------------------------------------------------------------------

TEST_F(Misbehaving, WorkerKilledBetweenTwoCallsIsReplaced) {
   Protector &protector = open("none");
   const WrappedCek first = wrap(protector);
   kill_process(number_in(first, "pid"));
   const WrappedCek second = protector.wrap({}, some_cek());
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

// -- in this process (R-ABN-1) -----------------------------------------------------------------------

TEST(GivenUp, HangInThisProcessEndsAtTheTimeoutAndTheInstanceIsNotTouchedAgain) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const auto nobody = no_prompter();
   const Folder folder;
   auto protector = registry.load("test.misbehaving", {})
                          .open("bad", {{"act", "hang"}}, folder.path(), *nobody);
   const Error error = error_of([&] { protector->wrap({.timeout_ms = 300}, some_cek()); });
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.message(),
               AllOf(HasSubstr("did not answer wrap within 300 ms"), HasSubstr("was given up")));
   EXPECT_THAT(error_of([&] { protector->status({}); }).message(), HasSubstr("was given up"));
   protector.reset(); // close() is waived
}

TEST(GivenUp, LeavesOtherInstancesOfTheLibraryAlone) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const auto nobody = no_prompter();
   const Folder folder;
   const Plugin &plugin = registry.load("test.misbehaving", {});
   const auto hanging = plugin.open("bad", {{"act", "hang"}}, folder.path(), *nobody);
   const auto other = plugin.open("good", {{"act", "none"}}, folder.path(), *nobody);
   error_of([&] { hanging->wrap({.timeout_ms = 300}, some_cek()); });
   EXPECT_EQ(other->status({}).health, Health::ok);
}

} // namespace
} // namespace keyseat::test
