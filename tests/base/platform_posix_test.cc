// SPDX-License-Identifier: Apache-2.0
#include "base/platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>

namespace keyseat::platform {
namespace {

constexpr unsigned kPatience = 10000;

ChildResult shell(const std::string &script, unsigned timeout_ms = kPatience) {
   return run_child({"/bin/sh", "-c", script}, timeout_ms);
}

TEST(RunChild, GivesExitCodeAndOutput) {
   const ChildResult result = shell("echo hello; exit 3");
   EXPECT_EQ(result.exit_code, 3);
   EXPECT_EQ(result.output, "hello\n");
}

TEST(RunChild, TellsWhichSignalEndedIt) {
   EXPECT_EQ(shell("kill -ABRT $$").exit_code, 128 + SIGABRT);
}

TEST(RunChild, HasNoInputAndNoDescriptors) {
   int ends[2];
   ASSERT_EQ(::pipe(ends), 0);                                       // inheritable on purpose
   EXPECT_EQ(shell("cat; ls /proc/self/fd").output, "0\n1\n2\n3\n"); // 3 is ls reading the folder
   ::close(ends[0]);
   ::close(ends[1]);
}

TEST(RunChild, EndsAtTheDeadline) {
   const auto start = std::chrono::steady_clock::now();
   EXPECT_EQ(shell("echo begun; exec sleep 60", 200).exit_code, 128 + SIGKILL);
   EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(RunChild, DoesNotWaitForGrandchildren) {
   const auto start = std::chrono::steady_clock::now();
   const ChildResult result = shell("sleep 60 & echo $!");
   EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
   ::kill(std::stoi(result.output), SIGKILL);
}

TEST(RunChild, KeepsOneMebibyteOfOutput) {
   const ChildResult result = shell("head -c 3000000 /dev/zero");
   EXPECT_EQ(result.exit_code, 0);
   EXPECT_EQ(result.output.size(), std::size_t{1} << 20);
}

TEST(RunChild, ThatCannotStartIsAnError) {
   try {
      run_child({"/no/such/program"}, kPatience);
      FAIL();
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::io);
      EXPECT_THAT(error.message(), testing::HasSubstr("/no/such/program"));
   }
}

TEST(SigpipeGuard, TakesTheSignalOfItsTimeOnly) {
   int ends[2];
   ASSERT_EQ(::pipe(ends), 0);
   ::close(ends[0]);
   const auto previous = ::signal(SIGPIPE, SIG_DFL);
   {
      const SigpipeGuard guard;
      EXPECT_EQ(::write(ends[1], "x", 1), -1);
      EXPECT_EQ(errno, EPIPE);
   }
   sigset_t mask;
   ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
   EXPECT_EQ(::sigismember(&mask, SIGPIPE), 0);
   EXPECT_EXIT(
         {
            const ssize_t ignored = ::write(ends[1], "x", 1);
            ::_exit(ignored < 0 ? 1 : 2);
         },
         testing::KilledBySignal(SIGPIPE), "");
   ::signal(SIGPIPE, previous);
   ::close(ends[1]);
}

TEST(Places, FollowTheEnvironment) {
   ::setenv("HOME", "/home/someone", 1);
   ::unsetenv("XDG_CONFIG_HOME");
   EXPECT_EQ(home_folder(), "/home/someone");
   EXPECT_EQ(user_config_folder(), "/home/someone/.config/keyseat");
   ::setenv("XDG_CONFIG_HOME", "relative", 1);
   EXPECT_EQ(user_config_folder(), "/home/someone/.config/keyseat");
   ::setenv("XDG_CONFIG_HOME", "/xdg", 1);
   EXPECT_EQ(user_config_folder(), "/xdg/keyseat");
   ::unsetenv("XDG_CONFIG_HOME");
}

TEST(Places, FallBackOnTheUserDatabase) {
   ::setenv("HOME", "/home/someone", 1);
   ::unsetenv("HOME");
   EXPECT_TRUE(home_folder().is_absolute());
   EXPECT_NE(home_folder(), "/home/someone");
}

TEST(Places, NameThisProgram) {
   EXPECT_EQ(executable_path().filename(), "base_test");
   EXPECT_EQ(system_config_folder(), "/etc/keyseat");
}

TEST(Environment, KnowsSetAndUnset) {
   ::setenv("KEYSEAT_TEST_VARIABLE", "", 1);
   EXPECT_EQ(environment("KEYSEAT_TEST_VARIABLE"), "");
   ::unsetenv("KEYSEAT_TEST_VARIABLE");
   EXPECT_FALSE(environment("KEYSEAT_TEST_VARIABLE").has_value());
}

TEST(Dumps, CanBeForbidden) {
   EXPECT_EXIT(
         {
            forbid_dumps();
            ::_exit(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
         },
         testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace keyseat::platform
