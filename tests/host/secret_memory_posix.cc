// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include "host/test_host.h"

namespace keyseat::test {

bool is_secret_memory(const void *p) {
   const auto wanted = reinterpret_cast<std::uintptr_t>(p);
   std::ifstream maps("/proc/self/smaps");
   bool inside = false;
   for (std::string line; std::getline(maps, line);) {
      unsigned long begin = 0;
      unsigned long end = 0;
      if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
         inside = begin <= wanted && wanted < end;
      } else if (inside && line.rfind("VmFlags:", 0) == 0) {
         return line.find(" dd") != std::string::npos && line.find(" wf") != std::string::npos;
      }
   }
   return false;
}

} // namespace keyseat::test
