// SPDX-License-Identifier: Apache-2.0

#include "leak/stopped_process.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace keyseat::test {

namespace {

void must(bool ok, const char *what) {
   if (!ok) throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

// What an ordinary user may lock; root is not limited and would not notice.
constexpr rlim_t kOrdinaryLockLimit = rlim_t{8} << 20;

[[noreturn]] void become(const Command &command, int passphrase) {
   if (passphrase >= 0) dup2(passphrase, 3);
   const int output = open(command.output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
   dup2(output, STDOUT_FILENO);
   dup2(output, STDERR_FILENO);
   if (command.user != 0) {
      const rlimit limit{kOrdinaryLockLimit, kOrdinaryLockLimit};
      setrlimit(RLIMIT_MEMLOCK, &limit);
      if (setgroups(0, nullptr) != 0 || setgid(command.user) != 0 || setuid(command.user) != 0)
         _exit(126);
   }
   std::vector<char *> arguments;
   for (const auto &word : command.arguments)
      arguments.push_back(const_cast<char *>(word.c_str()));
   arguments.push_back(nullptr);
   ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
   raise(SIGSTOP);
   execv(arguments[0], arguments.data());
   _exit(127);
}

int line_pipe(const std::string &line) {
   if (line.empty()) return -1;
   int ends[2];
   must(pipe(ends) == 0, "pipe");
   const std::string text = line + "\n";
   must(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()), "write");
   close(ends[1]);
   return ends[0];
}

std::string slurp(const std::string &path) {
   std::ostringstream text;
   text << std::ifstream(path, std::ios::binary).rdbuf();
   return text.str();
}

constexpr int kExit = SIGTRAP | (PTRACE_EVENT_EXIT << 8);

void go_on(pid_t process, int signal) {
   must(ptrace(PTRACE_CONT, process, nullptr, static_cast<long>(signal)) == 0 || errno == ESRCH,
        "PTRACE_CONT");
}

} // namespace

// Of the processes that the program starts this one is the tracer, too: they stop before they begin, and
// at their exit, as the program does.
StoppedProcess::StoppedProcess(const Command &command) {
   const int passphrase = line_pipe(command.passphrase_line);
   process_ = fork();
   must(process_ >= 0, "fork");
   if (process_ == 0) become(command, passphrase);
   if (passphrase >= 0) close(passphrase);
   int status = 0;
   must(waitpid(process_, &status, 0) == process_ && WIFSTOPPED(status), "the child does not stop");
   constexpr long kOptions =
         PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
   must(ptrace(PTRACE_SETOPTIONS, process_, nullptr, kOptions) == 0, "PTRACE_SETOPTIONS");
   go_on(process_, 0);
   while (!run_to_next_exit()) {
   }
   unsigned long code = 0;
   must(ptrace(PTRACE_GETEVENTMSG, process_, nullptr, &code) == 0, "PTRACE_GETEVENTMSG");
   exit_code_ = WEXITSTATUS(static_cast<int>(code));
}

// Lets what has stopped go on. True when that is the program itself, at its exit: it stays.
bool StoppedProcess::run_to_next_exit() {
   int status = 0;
   const pid_t stopped = waitpid(-1, &status, __WALL);
   must(stopped > 0, "waitpid");
   if (!WIFSTOPPED(status)) {
      must(stopped != process_, "the program ended unseen");
      return false; // a child is gone
   }
   const bool is_exit = status >> 8 == kExit;
   if (is_exit && stopped == process_) return true;
   if (is_exit) look_at_child(stopped);
   const int signal =
         WSTOPSIG(status); // SIGTRAP: an event, SIGSTOP: a child begins, or look_at_child()
   go_on(stopped, signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
   return false;
}

// The program might end a child that does not come to its end: it is stopped meanwhile.
void StoppedProcess::look_at_child(pid_t child) {
   kill(process_, SIGSTOP);
   siginfo_t info;
   must(waitid(P_PID, static_cast<id_t>(process_), &info, WSTOPPED | WNOWAIT | __WALL) == 0,
        "the program does not stop");
   if (geteuid() == 0) children_.emplace_back(child);
}

StoppedProcess::~StoppedProcess() {
   ptrace(PTRACE_CONT, process_, nullptr, nullptr);
   waitpid(process_, nullptr, 0);
}

bool StoppedProcess::memory_is_readable() const {
   const int memory = open(fmt::format("/proc/{}/mem", process_).c_str(), O_RDONLY | O_CLOEXEC);
   if (memory < 0) return false;
   close(memory);
   return true;
}

std::string StoppedProcess::arguments_and_environment() const {
   return slurp(fmt::format("/proc/{}/cmdline", process_)) +
          slurp(fmt::format("/proc/{}/environ", process_));
}

MemoryImage::MemoryImage(pid_t process) {
   const int memory = open(fmt::format("/proc/{}/mem", process).c_str(), O_RDONLY | O_CLOEXEC);
   must(memory >= 0, "/proc/PID/mem");
   std::istringstream maps(slurp(fmt::format("/proc/{}/maps", process)));
   for (std::string line; std::getline(maps, line);) {
      unsigned long begin = 0;
      unsigned long end = 0;
      char readable = '-';
      if (std::sscanf(line.c_str(), "%lx-%lx %c", &begin, &end, &readable) != 3 ||
          readable != 'r') {
         continue;
      }
      std::string bytes(end - begin, '\0');
      const ssize_t size = pread(memory, bytes.data(), bytes.size(), static_cast<off_t>(begin));
      if (size <= 0) continue; // [vvar] and its like
      bytes.resize(static_cast<std::size_t>(size));
      regions_.push_back({std::move(line), std::move(bytes)});
   }
   close(memory);
}

std::vector<std::string> MemoryImage::find(const std::vector<std::string> &needles) const {
   std::vector<std::string> found;
   for (const Region &region : regions_) {
      for (const std::string &needle : needles) {
         for (auto at = region.bytes.find(needle); at != std::string::npos;
              at = region.bytes.find(needle, at + 1)) {
            found.push_back(fmt::format("a needle of {} bytes at offset {} of: {}", needle.size(),
                                        at, region.name));
         }
      }
   }
   return found;
}

std::size_t MemoryImage::size() const {
   std::size_t size = 0;
   for (const Region &region : regions_)
      size += region.bytes.size();
   return size;
}

} // namespace keyseat::test
