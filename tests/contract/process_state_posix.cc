// SPDX-License-Identifier: Apache-2.0
#include "contract/process_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

extern char **environ; // POSIX; no header declares it

namespace contract {

std::set<int> open_files() {
   std::set<int> files;
   for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      const int fd = std::stoi(entry.path().filename().string());
      if (fcntl(fd, F_GETFD) >= 0) files.insert(fd); // not the one of this very listing
   }
   return files;
}

bool is_inherited(int file) { return (fcntl(file, F_GETFD) & FD_CLOEXEC) == 0; }

std::size_t thread_count() {
   std::size_t count = 0;
   for ([[maybe_unused]] const auto &entry :
        std::filesystem::directory_iterator("/proc/self/task")) {
      ++count;
   }
   return count;
}

IoCalls io_calls() {
   std::ifstream file("/proc/thread-self/io");
   IoCalls calls;
   std::string name;
   for (std::uint64_t count = 0; file >> name >> count;) {
      if (name == "syscr:") calls.reads = count;
      if (name == "syscw:") calls.writes = count;
   }
   return calls;
}

bool opening_files_is_slow() { return false; }

std::string process_state() {
   std::ostringstream state;
   const mode_t mask = umask(0);
   umask(mask);
   state << std::filesystem::current_path() << ' ' << mask << ' '
         << std::setlocale(LC_ALL, nullptr);
   for (char **variable = environ; *variable != nullptr; ++variable)
      state << ' ' << *variable;
   sigset_t blocked;
   pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
   for (int signal = 1; signal < SIGRTMIN; ++signal) {
      struct sigaction action {};
      sigaction(signal, nullptr, &action);
      state << '\n'
            << signal << sigismember(&blocked, signal)
            << reinterpret_cast<void *>(action.sa_handler);
   }
   return state.str();
}

Diverted::Diverted(const std::string &path) {
   std::fflush(nullptr);
   std::ofstream(path + ".input") << "not for plugins\n";
   const int input = ::open((path + ".input").c_str(), O_RDONLY | O_CLOEXEC);
   const int output = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
   for (const int fd : {0, 1, 2}) {
      saved_[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
      dup2(fd == 0 ? input : output, fd);
   }
   close(input);
   close(output);
   std::clearerr(stdin); // an end that it has seen already
}

bool Diverted::input_is_untouched() const { return lseek(0, 0, SEEK_CUR) == 0; }

Diverted::~Diverted() {
   std::fflush(nullptr);
   for (const int fd : {0, 1, 2}) {
      dup2(saved_[fd], fd);
      close(saved_[fd]);
   }
}

} // namespace contract
