// SPDX-License-Identifier: Apache-2.0
//
// Linux: asking on the terminal.
//
// Echo must come back on every way out, and a signal may be delivered to any thread. So for the time
// of a prompt a handler catches what ends or stops the process and passes its number through a pipe;
// the asking thread waits for terminal and pipe together, puts the terminal in order, and only then
// lets the signal do what it would have done.

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <system_error>

#include "base/descriptor_posix.h"
#include "base/platform.h"

namespace keyseat::platform {
namespace {

constexpr std::size_t kMaxAnswer = 65536;

[[noreturn]] void terminal_fails(int error) {
   throw Error(ErrorCode::io,
               fmt::format("the terminal fails: {}", std::generic_category().message(error)));
}

Descriptor open_terminal() { return Descriptor(::open("/dev/tty", O_RDWR | O_CLOEXEC)); }

std::atomic<int> caught_signals{-1}; // the pipe's writing end while a prompt is shown

void pass_on(int number) {
   const int saved = errno;
   const auto byte = static_cast<unsigned char>(number);
   if (::write(caught_signals.load(), &byte, 1) < 0) errno = saved; // the pipe holds one already
   errno = saved;
}

// Catches the signals that end or stop the process, while it lives.
class SignalCatcher {
 public:
   SignalCatcher() {
      if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) terminal_fails(errno);
      caught_signals = ends_[1];
      struct sigaction action {};
      action.sa_handler = pass_on;
      ::sigemptyset(&action.sa_mask);
      for (std::size_t i = 0; i < kCaught.size(); ++i) {
         ::sigaction(kCaught[i], nullptr, &before_[i]);
         if (before_[i].sa_handler != SIG_IGN) ::sigaction(kCaught[i], &action, nullptr);
      }
   }
   SignalCatcher(const SignalCatcher &) = delete;
   SignalCatcher &operator=(const SignalCatcher &) = delete;
   ~SignalCatcher() {
      for (std::size_t i = 0; i < kCaught.size(); ++i)
         ::sigaction(kCaught[i], &before_[i], nullptr);
      caught_signals = -1;
      for (const int end : ends_)
         ::close(end);
   }

   int descriptor() const { return ends_[0]; }

   // The signal that was caught; 0 when there was none.
   int take() const {
      unsigned char number = 0;
      return ::read(ends_[0], &number, 1) == 1 ? number : 0;
   }

 private:
   static constexpr std::array kCaught{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGTSTP};
   std::array<int, 2> ends_{};
   std::array<struct sigaction, kCaught.size()> before_{};
};

// Turns echo off while it lives.
class EchoOff {
 public:
   explicit EchoOff(int terminal) : terminal_(terminal) {
      if (::tcgetattr(terminal_, &before_) != 0) terminal_fails(errno);
      termios quiet = before_;
      quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
      quiet.c_lflag |= ECHONL; // the end of the line shows
      while (::tcsetattr(terminal_, TCSAFLUSH, &quiet) != 0) {
         if (errno != EINTR) terminal_fails(errno);
      }
   }
   EchoOff(const EchoOff &) = delete;
   EchoOff &operator=(const EchoOff &) = delete;

   // With SIGTTOU blocked the terminal may be set from the background, too.
   ~EchoOff() {
      sigset_t set;
      sigset_t mask;
      ::sigemptyset(&set);
      ::sigaddset(&set, SIGTTOU);
      ::pthread_sigmask(SIG_BLOCK, &set, &mask);
      while (::tcsetattr(terminal_, TCSAFLUSH, &before_) != 0 && errno == EINTR) {
      }
      ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
   }

 private:
   int terminal_;
   termios before_{};
};

void show(int terminal, std::string_view text) {
   while (!text.empty()) {
      const ssize_t written = ::write(terminal, text.data(), text.size());
      if (written >= 0) {
         text.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
         terminal_fails(errno);
      }
   }
}

// What one showing of the prompt came to.
struct Answer {
   std::optional<SecretBytes> line; // none at the end of input
   int signal = 0;                  // not 0: it came instead
};

Answer read_answer(SecretMemory memory, int terminal, const SignalCatcher &signals) {
   constexpr std::size_t kChunk = 256;
   SecretBytes line(memory);
   while (line.size() <= kMaxAnswer) {
      std::array<pollfd, 2> events{pollfd{signals.descriptor(), POLLIN, 0},
                                   pollfd{terminal, POLLIN, 0}};
      if (::poll(events.data(), events.size(), -1) < 0 && errno != EINTR) terminal_fails(errno);
      if (const int number = signals.take(); number != 0) return {std::nullopt, number};
      if (events[1].revents == 0) continue;

      const std::size_t before = line.size();
      line.resize(before + kChunk);
      const ssize_t got = ::read(terminal, line.data() + before, kChunk);
      if (got < 0 && errno != EINTR && errno != EAGAIN) terminal_fails(errno);
      line.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
      if (got == 0 && before == 0) return {};
      const bool ended = line.size() > before && line.data()[line.size() - 1] == '\n';
      if (ended) line.resize(line.size() - 1);
      if (ended || got == 0) return {std::move(line)};
   }
   terminal_fails(EMSGSIZE);
}

Answer ask_once(SecretMemory memory, int terminal, std::string_view prompt, bool echo) {
   const SignalCatcher signals;
   std::optional<EchoOff> quiet;
   if (!echo) quiet.emplace(terminal);
   show(terminal, prompt);
   Answer answer = read_answer(memory, terminal, signals);
   if (answer.signal != 0) show(terminal, "\n");
   return answer;
}

} // namespace

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

bool has_terminal() { return open_terminal().is_open(); }

std::optional<SecretBytes> ask_terminal(SecretMemory memory, std::string_view prompt, bool echo) {
   static std::mutex one_prompt_at_a_time;
   const std::scoped_lock lock(one_prompt_at_a_time);
   const Descriptor terminal = open_terminal();
   if (!terminal.is_open()) return std::nullopt;
   for (;;) {
      Answer answer = ask_once(memory, terminal.get(), prompt, echo);
      if (answer.signal == 0) return std::move(answer.line);
      if (answer.signal != SIGINT) ::kill(::getpid(), answer.signal);
      // A stopped process goes on here, and asks again.
      if (answer.signal != SIGTSTP) throw Error(ErrorCode::declined, "the prompt was interrupted");
   }
}

} // namespace keyseat::platform
