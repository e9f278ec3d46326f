// SPDX-License-Identifier: Apache-2.0
//
// Prompts on a pseudo-terminal: a child is asked, this process types and watches the echo flag.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/error.h>
#include <keyseat/secret.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "base/platform.h"

namespace keyseat {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int kNoAnswer = 20;
constexpr int kOtherAnswer = 21;

// A child with a terminal of its own, which runs `body` and ends with its result.
class Session {
 public:
   explicit Session(const std::function<int()> &body) {
      child_ = ::forkpty(&master_, nullptr, nullptr, nullptr);
      if (child_ != 0) return;
      try {
         ::_exit(body());
      } catch (const Error &error) {
         ::_exit(error.exit_code());
      }
   }
   Session(const Session &) = delete;
   Session &operator=(const Session &) = delete;
   ~Session() {
      if (child_ > 0) {
         ::kill(child_, SIGKILL);
         ::waitpid(child_, nullptr, 0);
      }
      ::close(master_);
   }

   // Reads what the child shows until `text` was shown `times` times.
   void expect(const std::string &text, int times = 1) {
      for (;;) {
         int seen = 0;
         for (std::size_t at = 0; (at = shown_.find(text, at)) != std::string::npos; ++at)
            ++seen;
         if (seen >= times) return;
         ASSERT_TRUE(read_more()) << "shown: " << shown_;
      }
   }

   void type(const std::string &keys) {
      ASSERT_EQ(::write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
   }

   bool echo() const {
      termios state{};
      EXPECT_EQ(::tcgetattr(master_, &state), 0);
      return (state.c_lflag & ECHO) != 0;
   }

   void signal(int number) const { ::kill(child_, number); }

   // Waits until the child is stopped.
   void await_stop() const {
      int status = 0;
      ASSERT_EQ(::waitpid(child_, &status, WUNTRACED), child_);
      ASSERT_TRUE(WIFSTOPPED(status)) << status;
   }

   int end() {
      while (read_more()) {
      }
      int status = 0;
      ::waitpid(std::exchange(child_, -1), &status, 0);
      return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
   }

   const std::string &shown() const { return shown_; }

 private:
   bool read_more() {
      pollfd readable{master_, POLLIN, 0};
      std::array<char, 256> chunk{};
      if (::poll(&readable, 1, 20000) <= 0) return false;
      const ssize_t got = ::read(master_, chunk.data(), chunk.size());
      if (got > 0) shown_.append(chunk.data(), static_cast<std::size_t>(got));
      return got > 0;
   }

   int master_ = -1;
   pid_t child_ = -1;
   std::string shown_;
};

std::function<int()> asks_for(std::string expected, bool echo = false) {
   return [expected = std::move(expected), echo] {
      const auto answer = platform::ask_terminal(key_memory(), "PIN: ", echo);
      if (!answer) return kNoAnswer;
      return answer->reveal_text() == expected ? 0 : kOtherAnswer;
   };
}

TEST(Terminal, ReadsALineWithoutShowingIt) {
   Session session(asks_for("hunter2"));
   session.expect("PIN: ");
   EXPECT_FALSE(session.echo());
   session.type("hunter2\n");
   EXPECT_EQ(session.end(), 0);
   EXPECT_THAT(session.shown(), Not(HasSubstr("hunter2")));
   EXPECT_THAT(session.shown(), HasSubstr("PIN: \r\n"));
}

TEST(Terminal, ShowsWhatIsTypedWhereEchoIsWanted) {
   Session session(asks_for("someone", true));
   session.expect("PIN: ");
   EXPECT_TRUE(session.echo());
   session.type("someone\n");
   EXPECT_EQ(session.end(), 0);
   EXPECT_THAT(session.shown(), HasSubstr("someone"));
}

TEST(Terminal, LetsALineBeEdited) {
   Session session(asks_for("abd"));
   session.expect("PIN: ");
   session.type(
         "abc\x7f"
         "d\n");
   EXPECT_EQ(session.end(), 0);
}

TEST(Terminal, TakesAnEmptyLineForAnAnswer) {
   Session session(asks_for(""));
   session.expect("PIN: ");
   session.type("\n");
   EXPECT_EQ(session.end(), 0);
}

TEST(Terminal, TakesALineLongerThanAChunk) {
   const std::string passphrase(1000, 'p');
   Session session(asks_for(passphrase));
   session.expect("PIN: ");
   session.type(passphrase + "\n");
   EXPECT_EQ(session.end(), 0);
}

TEST(Terminal, HasNoAnswerAtTheEndOfInput) {
   Session session(asks_for("x"));
   session.expect("PIN: ");
   session.type("\x04");
   EXPECT_EQ(session.end(), kNoAnswer);
}

// The terminal's state is looked at from within, after the prompt, since it goes with its last user.
TEST(Terminal, HasItsEchoBackAfterAnAnswerAndAfterAnInterrupt) {
   for (const std::string keys : {"x\n", "\x03"}) {
      Session session([] {
         int code = 0;
         try {
            platform::ask_terminal(key_memory(), "PIN: ", false);
         } catch (const Error &error) {
            code = error.exit_code();
         }
         termios state{};
         ::tcgetattr(STDIN_FILENO, &state);
         return (state.c_lflag & ECHO) != 0 && (state.c_lflag & ECHONL) == 0 ? code : 1;
      });
      session.expect("PIN: ");
      session.type(keys);
      EXPECT_EQ(session.end(), keys == "\x03" ? exit_code(ErrorCode::declined) : 0);
   }
}

TEST(Terminal, HasItsEchoBackWhenTheProcessIsEnded) {
   for (const int number : {SIGTERM, SIGHUP, SIGQUIT}) {
      int master = -1;
      int slave = -1; // kept open, so that the state stays to be looked at
      ASSERT_EQ(::openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
      const pid_t child = ::fork();
      if (child == 0) {
         ::login_tty(slave);
         ::signal(SIGQUIT, SIG_DFL);
         asks_for("x")();
         ::_exit(0);
      }
      std::array<char, 64> chunk{};
      ASSERT_GT(::read(master, chunk.data(), chunk.size()), 0); // the prompt
      termios state{};
      ::tcgetattr(slave, &state);
      EXPECT_EQ(state.c_lflag & ECHO, 0u);
      ::kill(child, number);
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == number) << status;
      ::tcgetattr(slave, &state);
      EXPECT_NE(state.c_lflag & ECHO, 0u);
      ::close(master);
      ::close(slave);
   }
}

TEST(Terminal, HasItsEchoBackWhileStoppedAndAsksAgain) {
   // The leader of an orphaned process group is never stopped by SIGTSTP: the prompt runs in a child of
   // a session leader that plays the shell.
   Session session([] {
      const pid_t job = ::fork();
      if (job == 0) {
         ::setpgid(0, 0);
         ::signal(SIGTTOU, SIG_IGN);
         ::tcsetpgrp(STDIN_FILENO, ::getpid());
         ::signal(SIGTTOU, SIG_DFL);
         ::_exit(asks_for("later")());
      }
      int status = 0;
      ::waitpid(job, &status, WUNTRACED);
      if (!WIFSTOPPED(status)) return 1;
      termios state{};
      ::tcgetattr(STDIN_FILENO, &state);
      if ((state.c_lflag & ECHO) == 0) return 2;
      ::kill(job, SIGCONT);
      ::waitpid(job, &status, 0);
      return WEXITSTATUS(status);
   });
   session.expect("PIN: ");
   session.type("\x1a"); // Ctrl-Z
   session.expect("PIN: ", 2);
   EXPECT_FALSE(session.echo());
   session.type("later\n");
   EXPECT_EQ(session.end(), 0);
}

TEST(Terminal, HearsASignalThatAnotherThreadReceives) {
   Session session([] {
      sigset_t all;
      ::sigfillset(&all);
      std::thread([] { std::this_thread::sleep_for(std::chrono::seconds(20)); }).detach();
      ::pthread_sigmask(SIG_BLOCK, &all, nullptr); // the asking thread receives none itself
      return asks_for("x")();
   });
   session.expect("PIN: ");
   session.type("\x03");
   EXPECT_EQ(session.end(), exit_code(ErrorCode::declined));
}

TEST(Terminal, ThatIsNotThereAnswersNothing) {
   const pid_t child = ::fork();
   if (child == 0) {
      ::setsid();
      ::_exit(platform::has_terminal() ? 1 : asks_for("x")());
   }
   int status = 0;
   ::waitpid(child, &status, 0);
   EXPECT_EQ(WEXITSTATUS(status), kNoAnswer);
}

} // namespace
} // namespace keyseat
