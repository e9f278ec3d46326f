// SPDX-License-Identifier: Apache-2.0
//
// Linux: worker processes.
//
// A worker leads a process group of its own, which is killed as a whole. It inherits the library, its ends of
// the channels, and the lifeline: a pipe whose other end its host holds, and nobody else. When the host is
// gone, the kernel sends SIGKILL to the worker's group (fcntl(2): O_ASYNC, F_SETSIG). PR_SET_PDEATHSIG would
// do it when the thread ends that has started the worker, and for the worker alone.

#include "base/platform_worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/descriptor_posix.h"
#include "base/text.h"
#include "base/worker_posix.h"

namespace keyseat::platform {
namespace {

constexpr int kAboveTargets = kFirstChannel + kMostChannels;
constexpr std::chrono::milliseconds kKillTime{5000}; // a killed process may hang in a driver

[[noreturn]] void cannot_start(const std::filesystem::path &program, int error) {
   throw Error(ErrorCode::protector_unavailable,
               fmt::format("cannot start the worker process '{}': {}", printable(program.string()),
                           std::generic_category().message(error)));
}

// Copies of the descriptors that a worker gets, all of them above the numbers that it gets them by:
// otherwise one would be overwritten before it is moved.
class Inheritance {
 public:
   explicit Inheritance(const std::filesystem::path &program) : program_(program) {
      ::posix_spawn_file_actions_init(&actions_);
      ::posix_spawnattr_init(&attributes_);
   }
   Inheritance(const Inheritance &) = delete;
   Inheritance &operator=(const Inheritance &) = delete;
   ~Inheritance() {
      ::posix_spawnattr_destroy(&attributes_);
      ::posix_spawn_file_actions_destroy(&actions_);
   }

   void give(int descriptor, int target) {
      copies_.emplace_back(::fcntl(descriptor, F_DUPFD_CLOEXEC, kAboveTargets));
      if (!copies_.back().is_open()) cannot_start(program_, errno);
      ::posix_spawn_file_actions_adddup2(&actions_, copies_.back().get(), target);
   }

   // Nothing is inherited from `first` on.
   pid_t spawn(std::vector<std::string> arguments, std::vector<std::string> environment,
               int first) {
      for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
         ::posix_spawn_file_actions_addopen(&actions_, standard, "/dev/null", O_RDWR, 0);
      ::posix_spawn_file_actions_addclosefrom_np(&actions_, first);
      sigset_t set;
      ::sigemptyset(&set);
      ::posix_spawnattr_setsigmask(&attributes_, &set);
      ::sigfillset(&set);
      ::posix_spawnattr_setsigdefault(&attributes_, &set);
      ::posix_spawnattr_setpgroup(&attributes_, 0);
      ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
      pid_t child = 0;
      const int error = ::posix_spawn(&child, program_.c_str(), &actions_, &attributes_,
                                      pointers(arguments).data(), pointers(environment).data());
      if (error != 0) cannot_start(program_, error);
      return child;
   }

 private:
   static std::vector<char *> pointers(std::vector<std::string> &words) {
      std::vector<char *> pointers;
      pointers.reserve(words.size() + 1);
      for (std::string &word : words)
         pointers.push_back(word.data());
      pointers.push_back(nullptr);
      return pointers;
   }

   const std::filesystem::path &program_;
   posix_spawn_file_actions_t actions_{};
   posix_spawnattr_t attributes_{};
   std::vector<Descriptor> copies_;
};

std::string ending_in_words(int status) {
   if (WIFSIGNALED(status)) {
      const char *name = ::sigdescr_np(WTERMSIG(status));
      return fmt::format("was ended by signal {} ({})", WTERMSIG(status),
                         name == nullptr ? "unknown" : name);
   }
   return fmt::format("ended with exit code {}", WEXITSTATUS(status));
}

} // namespace

struct WorkerProcess::State {
   pid_t leader = 0;
   std::optional<Descriptor> handle; // a pidfd: readable when the leader has ended
   std::optional<Descriptor> lifeline;
   std::string ending; // empty while it runs

   void wait(std::chrono::milliseconds time) const noexcept {
      pollfd event{handle->get(), POLLIN, 0};
      const auto deadline = std::chrono::steady_clock::now() + time;
      while (time.count() >= 0 && ::poll(&event, 1, static_cast<int>(time.count())) < 0 &&
             errno == EINTR) {
         time = std::chrono::ceil<std::chrono::milliseconds>(deadline -
                                                             std::chrono::steady_clock::now());
      }
   }

   bool has_ended() const noexcept {
      pollfd event{handle->get(), POLLIN, 0};
      return ::poll(&event, 1, 0) > 0;
   }
};

WorkerProcess::WorkerProcess(const std::filesystem::path &program, const PinnedFile &library,
                             const std::vector<Channel> &channels,
                             const std::vector<std::string> &environment)
      : state_(std::make_unique<State>()) {
   if (channels.size() > kMostChannels) cannot_start(program, EINVAL);
   std::array<int, 2> pipe{};
   if (::pipe2(pipe.data(), O_CLOEXEC) != 0) cannot_start(program, errno);
   const Descriptor worker_end(pipe[0]);
   state_->lifeline.emplace(pipe[1]);
   Inheritance inheritance(program);
   inheritance.give(static_cast<int>(library.handle()), kLibrary);
   inheritance.give(worker_end.get(), kInheritedLifeline);
   int next = kFirstChannel;
   for (const Channel &channel : channels)
      inheritance.give(static_cast<int>(channel.handle()), next++);
   state_->leader = inheritance.spawn(
         {program.filename().string(), fmt::to_string(channels.size())}, environment, next);
   // glibc 2.36 declares pidfd_open() without C linkage.
   state_->handle.emplace(static_cast<int>(::syscall(SYS_pidfd_open, state_->leader, 0)));
}

WorkerProcess::~WorkerProcess() { end(); }

// The group goes before its leader is reaped: until then nobody else can get its number.
const std::string &WorkerProcess::end(std::chrono::milliseconds time) noexcept {
   if (!state_->ending.empty()) return state_->ending;
   state_->wait(time);
   ::kill(-state_->leader, SIGKILL);
   state_->wait(kKillTime);
   int status = 0;
   pid_t reaped = 0;
   do {
      reaped = ::waitpid(state_->leader, &status, state_->has_ended() ? 0 : WNOHANG);
   } while (reaped < 0 && errno == EINTR);
   try {
      // Others may have reaped it: a host that ignores SIGCHLD, or waits for any child.
      state_->ending = reaped == state_->leader ? ending_in_words(status) : "has ended";
   } catch (const std::bad_alloc &) {
      state_->ending = "ended"; // short, so nothing allocates
   }
   return state_->ending;
}

std::vector<std::string> environment() {
   std::vector<std::string> variables;
   for (char **variable = environ; *variable != nullptr; ++variable)
      variables.emplace_back(*variable);
   return variables;
}

bool WorkerProcess::has_ended() const noexcept { return state_->has_ended(); }

std::int64_t WorkerProcess::id() const { return state_->leader; }

namespace {

// Has the kernel end this process group when the host's end of the pipe is closed.
void hang_on_lifeline() {
   pollfd event{kLifeline, POLLIN, 0};
   if (::dup3(kInheritedLifeline, kLifeline, O_CLOEXEC) != kLifeline ||
       ::close(kInheritedLifeline) != 0 || ::fcntl(kLifeline, F_SETOWN, -::getpgrp()) != 0 ||
       ::fcntl(kLifeline, F_SETSIG, SIGKILL) != 0 || ::fcntl(kLifeline, F_SETFL, O_ASYNC) != 0) {
      throw Error(ErrorCode::usage, "this program is started by Keyseat, and not by hand");
   }
   if (::poll(&event, 1, 0) != 0) end_process(EXIT_FAILURE); // the host went before that
}

} // namespace

WorkerEnds inherited_worker_ends(int argc, char **argv) {
   int count = 0;
   const std::string_view word = argc == 2 ? argv[1] : "";
   const auto parsed = std::from_chars(word.data(), word.data() + word.size(), count);
   if (word.empty() || parsed.ptr != word.data() + word.size() || count < 1 ||
       count > kMostChannels) {
      throw Error(ErrorCode::usage, "this program is started by Keyseat, and not by hand");
   }
   hang_on_lifeline();
   WorkerEnds ends;
   ::fcntl(kLibrary, F_SETFD, FD_CLOEXEC);
   ends.library = std::make_unique<PinnedFile>(kLibrary);
   for (int i = 0; i < count; ++i) {
      ::fcntl(kFirstChannel + i, F_SETFD, FD_CLOEXEC);
      ends.channels.emplace_back(kFirstChannel + i);
   }
   return ends;
}

void end_process(int exit_code) noexcept { ::_exit(exit_code); }

} // namespace keyseat::platform
