// SPDX-License-Identifier: Apache-2.0
#include "host/processes.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace keyseat::test {
namespace {

template <class Wanted>
std::vector<Process> processes_where(Wanted wanted) {
   std::vector<Process> found = processes();
   found.erase(std::remove_if(found.begin(), found.end(),
                              [&](const Process &process) { return !wanted(process); }),
               found.end());
   return found;
}

} // namespace

std::vector<Process> processes() {
   std::vector<Process> found;
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
      found.push_back(process);
   }
   return found;
}

std::vector<Process> children_of(pid_t parent) {
   return processes_where([=](const Process &process) { return process.parent == parent; });
}

std::vector<Process> members_of(pid_t group) {
   return processes_where([=](const Process &process) { return process.group == group; });
}

bool is_gone(pid_t group) {
   for (int i = 0; i < 500; ++i) {
      const auto left = members_of(group);
      if (std::all_of(left.begin(), left.end(), [](const Process &p) { return p.state == 'Z'; })) {
         return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
   }
   return false;
}

} // namespace keyseat::test
