// SPDX-License-Identifier: Apache-2.0
//
// The processes of the system, as /proc has them.

#ifndef KEYSEAT_TESTS_HOST_PROCESSES_H
#define KEYSEAT_TESTS_HOST_PROCESSES_H

#include <sys/types.h>

#include <vector>

namespace keyseat::test {

struct Process {
   pid_t id = 0;
   pid_t parent = 0;
   pid_t group = 0;
   char state = '?'; // 'Z': a zombie
};

std::vector<Process> processes();

std::vector<Process> children_of(pid_t parent);
std::vector<Process> members_of(pid_t group);

// Waits until no process of that group is left but zombies; false when that takes seconds.
bool is_gone(pid_t group);

} // namespace keyseat::test

#endif
