// SPDX-License-Identifier: Apache-2.0
#include "contract/process_state.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#include <tlhelp32.h>

#include <clocale>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace contract {

std::set<int> open_files() {
   DWORD count = 0;
   ::GetProcessHandleCount(::GetCurrentProcess(), &count);
   std::set<int> files;
   for (int i = 0; i < static_cast<int>(count); ++i)
      files.insert(i);
   return files;
}

bool is_inherited(int) { return false; }

std::size_t thread_count() {
   HANDLE snapshot = ::CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
   THREADENTRY32 thread{};
   thread.dwSize = sizeof thread;
   std::size_t count = 0;
   for (BOOL more = ::Thread32First(snapshot, &thread); more != 0;
        more = ::Thread32Next(snapshot, &thread)) {
      if (thread.th32OwnerProcessID == ::GetCurrentProcessId()) ++count;
   }
   ::CloseHandle(snapshot);
   return count;
}

IoCalls io_calls() {
   IO_COUNTERS counters{};
   ::GetProcessIoCounters(::GetCurrentProcess(), &counters);
   return {counters.ReadOperationCount, counters.WriteOperationCount};
}

bool opening_files_is_slow() { return true; }

// Without the error mode, which GoogleTest sets.
std::string process_state() {
   std::ostringstream state;
   state << std::filesystem::current_path() << ' ' << std::setlocale(LC_ALL, nullptr) << ' '
         << ::GetConsoleOutputCP();
   char *const block = ::GetEnvironmentStringsA();
   for (const char *entry = block; *entry != '\0'; entry += std::string(entry).size() + 1)
      state << '\n' << entry;
   ::FreeEnvironmentStringsA(block);
   return state.str();
}

Diverted::Diverted(const std::string &path) {
   std::fflush(nullptr);
   std::ofstream(path + ".input") << "not for plugins\n";
   const int input = ::_open((path + ".input").c_str(), _O_RDONLY | _O_NOINHERIT);
   const int output = ::_open(path.c_str(), _O_WRONLY | _O_CREAT | _O_TRUNC | _O_NOINHERIT,
                              _S_IREAD | _S_IWRITE);
   for (const int fd : {0, 1, 2}) {
      saved_[fd] = ::_dup(fd);
      ::_dup2(fd == 0 ? input : output, fd);
   }
   ::_close(input);
   ::_close(output);
   std::clearerr(stdin); // an end that it has seen already
}

bool Diverted::input_is_untouched() const { return ::_lseek(0, 0, SEEK_CUR) == 0; }

Diverted::~Diverted() {
   std::fflush(nullptr);
   for (const int fd : {0, 1, 2}) {
      ::_dup2(saved_[fd], fd);
      ::_close(saved_[fd]);
   }
}

} // namespace contract
