// SPDX-License-Identifier: Apache-2.0
#include "host/processes.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace keyseat::test {
namespace {

struct Process {
   int id = 0;
   int parent = 0;
   int group = 0;
   char state = '?'; // 'Z': a zombie
};

template <class Wanted>
std::vector<int> processes_where(Wanted wanted) {
   std::vector<int> found;
   for (const auto &entry : std::filesystem::directory_iterator("/proc")) {
      const std::string name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      std::ifstream file(entry.path() / "stat");
      std::string text; // empty when the process has gone meanwhile
      std::getline(file, text);
      const auto name_end = text.rfind(')'); // the name may have any characters
      if (name_end == std::string::npos) continue;
      Process process;
      process.id = std::stoi(text);
      std::sscanf(text.c_str() + name_end + 1, " %c %d %d", &process.state, &process.parent,
                  &process.group);
      if (wanted(process)) found.push_back(process.id);
   }
   return found;
}

} // namespace

int this_process() { return getpid(); }

std::vector<int> children() {
   return processes_where([](const Process &process) { return process.parent == getpid(); });
}

std::vector<int> family_of(int worker) {
   return processes_where(
         [=](const Process &process) { return process.group == worker && process.state != 'Z'; });
}

bool is_gone(int worker) {
   for (int i = 0; i < 3000; ++i) {
      if (family_of(worker).empty()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
   }
   return false;
}

bool has_jobs_without_limits() { return false; }

void kill_process(int process) { ::kill(process, SIGKILL); }

} // namespace keyseat::test
