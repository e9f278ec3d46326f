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

} // namespace

StoppedProcess::StoppedProcess(const Command &command) {
   const int passphrase = line_pipe(command.passphrase_line);
   child_ = fork();
   must(child_ >= 0, "fork");
   if (child_ == 0) become(command, passphrase);
   if (passphrase >= 0) close(passphrase);
   int status = 0;
   must(waitpid(child_, &status, 0) == child_ && WIFSTOPPED(status), "the child does not stop");
   must(ptrace(PTRACE_SETOPTIONS, child_, nullptr, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL) == 0,
        "PTRACE_SETOPTIONS");
   long signal = 0;
   for (;;) {
      must(ptrace(PTRACE_CONT, child_, nullptr, signal) == 0, "PTRACE_CONT");
      must(waitpid(child_, &status, 0) == child_ && WIFSTOPPED(status), "the child ended unseen");
      if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8))) break;
      signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status); // SIGTRAP: the exec
   }
   unsigned long code = 0;
   must(ptrace(PTRACE_GETEVENTMSG, child_, nullptr, &code) == 0, "PTRACE_GETEVENTMSG");
   exit_code_ = WEXITSTATUS(static_cast<int>(code));
}

StoppedProcess::~StoppedProcess() {
   ptrace(PTRACE_CONT, child_, nullptr, nullptr);
   waitpid(child_, nullptr, 0);
}

bool StoppedProcess::memory_is_readable() const {
   const int memory = open(fmt::format("/proc/{}/mem", child_).c_str(), O_RDONLY | O_CLOEXEC);
   if (memory < 0) return false;
   close(memory);
   return true;
}

std::vector<std::string> StoppedProcess::find(const std::vector<std::string> &needles,
                                              std::size_t &searched) const {
   const int memory = open(fmt::format("/proc/{}/mem", child_).c_str(), O_RDONLY | O_CLOEXEC);
   must(memory >= 0, "/proc/PID/mem");
   std::vector<std::string> found;
   std::istringstream maps(slurp(fmt::format("/proc/{}/maps", child_)));
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
      searched += bytes.size();
      for (const auto &needle : needles) {
         for (auto at = bytes.find(needle); at != std::string::npos;
              at = bytes.find(needle, at + 1)) {
            found.push_back(
                  fmt::format("a needle of {} bytes at offset {} of: {}", needle.size(), at, line));
         }
      }
   }
   close(memory);
   return found;
}

std::string StoppedProcess::arguments_and_environment() const {
   return slurp(fmt::format("/proc/{}/cmdline", child_)) +
          slurp(fmt::format("/proc/{}/environ", child_));
}

} // namespace keyseat::test
