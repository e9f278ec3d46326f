// SPDX-License-Identifier: Apache-2.0
//
// Linux: memory, places, processes.

#include "base/platform.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <new>
#include <system_error>

#include "base/descriptor_posix.h"
#include "base/text.h"

namespace keyseat::platform {

namespace fs = std::filesystem;

// -- memory -----------------------------------------------------------------------------------------

std::size_t page_size() noexcept {
   static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
   return size;
}

// One inaccessible page on each side ends an overrun at once.
void *map_secret_pages(std::size_t size) noexcept {
   const std::size_t page = page_size();
   const std::size_t whole = size + 2 * page;
   void *mapping = ::mmap(nullptr, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
   if (mapping == MAP_FAILED) return nullptr;
   void *p = static_cast<std::uint8_t *>(mapping) + page;
   if (::mprotect(p, size, PROT_READ | PROT_WRITE) != 0 || ::madvise(p, size, MADV_DONTDUMP) != 0 ||
       ::madvise(p, size, MADV_WIPEONFORK) != 0) {
      ::munmap(mapping, whole);
      return nullptr;
   }
   return p;
}

void unmap_secret_pages(void *p, std::size_t size) noexcept {
   const std::size_t page = page_size();
   ::munmap(static_cast<std::uint8_t *>(p) - page, size + 2 * page);
}

// Each page is locked when it is touched first; all of them count against the limit at once. Where that
// is not to be had (some sandboxes and emulators), all pages are locked now.
bool lock_pages(void *p, std::size_t size) noexcept {
   if (::mlock2(p, size, MLOCK_ONFAULT) == 0) return true;
   return errno == ENOSYS && ::mlock(p, size) == 0;
}

void wipe(void *p, std::size_t size) noexcept { ::explicit_bzero(p, size); }

void around_fork(void (*before)(), void (*after)()) {
   if (::pthread_atfork(before, after, after) != 0) throw std::bad_alloc();
}

void forbid_dumps() noexcept {
   const rlimit none{0, 0};
   ::setrlimit(RLIMIT_CORE, &none);
   ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// In the direction that nobody uses. open() gives the least number that is free.
void hold_standard_descriptors() noexcept {
   for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      if (::fcntl(standard, F_GETFD) >= 0) continue;
      static_cast<void>(::open("/dev/null", standard == STDIN_FILENO ? O_WRONLY : O_RDONLY));
   }
}

// The loader looks in no folder that a library's name does not say.
void restrict_library_search() noexcept {}

unsigned library_load_flags() noexcept { return RTLD_NOW | RTLD_LOCAL; }

std::vector<std::string> program_arguments(int count, char **arguments) {
   return {arguments + std::min(count, 1), arguments + count};
}

// -- places ------------------------------------------------------------------------------------------

void quiet_libraries() noexcept { ::setenv("TSS2_LOG", "all+NONE", 0); }

std::optional<std::string> environment(const char *name) {
   const char *value = ::secure_getenv(name);
   if (value == nullptr) return std::nullopt;
   return value;
}

fs::path home_folder() {
   if (fs::path home = environment("HOME").value_or(""); home.is_absolute()) return home;
   std::array<char, 16384> buffer{};
   passwd entry{};
   passwd *found = nullptr;
   ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
   return found != nullptr ? fs::path(found->pw_dir) : fs::path();
}

fs::path user_config_folder() {
   const fs::path folder = environment("XDG_CONFIG_HOME").value_or("");
   if (folder.is_absolute())
      return folder / "keyseat"; // relative ones are invalid: XDG base directories
   const fs::path home = home_folder();
   return home.empty() ? fs::path() : home / ".config" / "keyseat";
}

fs::path system_config_folder() { return "/etc/keyseat"; }

std::string program_suffix() { return {}; }

fs::path executable_path() {
   std::error_code ignored;
   return fs::read_symlink("/proc/self/exe", ignored);
}

// -- processes ---------------------------------------------------------------------------------------

namespace {

sigset_t sigpipe_set() noexcept {
   sigset_t set;
   ::sigemptyset(&set);
   ::sigaddset(&set, SIGPIPE);
   return set;
}

bool sigpipe_is_pending() noexcept {
   sigset_t pending;
   ::sigpending(&pending);
   return ::sigismember(&pending, SIGPIPE) == 1;
}

// Returns whether it was blocked before.
bool block_sigpipe() {
   const sigset_t set = sigpipe_set();
   sigset_t before;
   ::pthread_sigmask(SIG_BLOCK, &set, &before);
   return ::sigismember(&before, SIGPIPE) == 1;
}

} // namespace

// A signal that was not blocked is not pending: it would have been delivered.
SigpipeGuard::SigpipeGuard() noexcept
      : was_blocked_(block_sigpipe()), was_pending_(was_blocked_ && sigpipe_is_pending()) {}

// A signal that arose meanwhile is taken off before the mask is lifted.
SigpipeGuard::~SigpipeGuard() {
   const sigset_t set = sigpipe_set();
   const timespec at_once{0, 0};
   const int error = errno;
   while (!was_pending_ && ::sigtimedwait(&set, nullptr, &at_once) < 0 && errno == EINTR) {
   }
   errno = error;
   if (!was_blocked_) ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

namespace {

constexpr std::size_t kMaxChildOutput = std::size_t{1} << 20;

[[noreturn]] void cannot_run(const std::string &program, int error) {
   throw Error(ErrorCode::io, fmt::format("cannot run '{}': {}", printable(program),
                                          std::generic_category().message(error)))
         .in_file(program);
}

struct Spawn { // what posix_spawn needs, released together
   posix_spawn_file_actions_t actions{};
   posix_spawnattr_t attributes{};

   Spawn() {
      ::posix_spawn_file_actions_init(&actions);
      ::posix_spawnattr_init(&attributes);
   }
   Spawn(const Spawn &) = delete;
   Spawn &operator=(const Spawn &) = delete;
   ~Spawn() {
      ::posix_spawnattr_destroy(&attributes);
      ::posix_spawn_file_actions_destroy(&actions);
   }
};

// The child has no descriptor but the standard ones, an empty signal mask, and SIGPIPE as usual.
pid_t start_child(const std::vector<std::string> &arguments, int output) {
   Spawn spawn;
   ::posix_spawn_file_actions_addopen(&spawn.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
   ::posix_spawn_file_actions_adddup2(&spawn.actions, output, STDOUT_FILENO);
   ::posix_spawn_file_actions_addclosefrom_np(&spawn.actions, STDERR_FILENO + 1);
   sigset_t none;
   ::sigemptyset(&none);
   const sigset_t as_usual = sigpipe_set();
   ::posix_spawnattr_setsigmask(&spawn.attributes, &none);
   ::posix_spawnattr_setsigdefault(&spawn.attributes, &as_usual);
   ::posix_spawnattr_setflags(&spawn.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

   std::vector<std::string> words = arguments; // argv is not const in POSIX
   std::vector<char *> argv;
   argv.reserve(words.size() + 1);
   for (std::string &word : words)
      argv.push_back(word.data());
   argv.push_back(nullptr);
   pid_t child = 0;
   const int error =
         ::posix_spawn(&child, argv[0], &spawn.actions, &spawn.attributes, argv.data(), environ);
   if (error != 0) cannot_run(arguments.front(), error);
   return child;
}

// Appends what can be read now; false at the end. What exceeds the limit is read and dropped.
bool drain(int descriptor, std::string &output) {
   std::array<char, 16384> chunk{};
   for (;;) {
      const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno == EAGAIN;
      if (got == 0) return false;
      const std::size_t room = kMaxChildOutput - output.size();
      output.append(chunk.data(), std::min(static_cast<std::size_t>(got), room));
   }
}

int wait_for(pid_t child) {
   int status = 0;
   while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
   }
   return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

ChildResult run_child(const std::vector<std::string> &arguments, unsigned timeout_ms) {
   std::array<int, 2> ends{};
   if (::pipe2(ends.data(), O_CLOEXEC) != 0) cannot_run(arguments.front(), errno);
   const Descriptor reader(ends[0]);
   Descriptor writer(ends[1]);
   ::fcntl(reader.get(), F_SETFL, O_NONBLOCK);
   const pid_t child = start_child(arguments, writer.get());
   writer.close();

   using Clock = std::chrono::steady_clock;
   const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
   // glibc 2.36 declares pidfd_open() without C linkage.
   const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
   ChildResult result;
   std::array<pollfd, 2> events{pollfd{handle.get(), POLLIN, 0}, pollfd{reader.get(), POLLIN, 0}};
   while (events[0].revents == 0) { // a grandchild may hold the pipe longer than the child lives
      const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) break;
      const int ready = ::poll(events.data(), events.size(), static_cast<int>(left));
      if (ready < 0 && errno != EINTR) break;
      if (ready > 0 && events[1].revents != 0 && !drain(reader.get(), result.output)) {
         events[1].fd = -1;
      }
   }
   result.timed_out = events[0].revents == 0;
   if (result.timed_out) ::kill(child, SIGKILL);
   result.exit_code = wait_for(child);
   if (events[1].fd >= 0) drain(reader.get(), result.output);
   return result;
}

} // namespace keyseat::platform
