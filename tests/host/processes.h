// SPDX-License-Identifier: Apache-2.0
//
// The processes of the system, as it knows them.

#ifndef KEYSEAT_TESTS_HOST_PROCESSES_H
#define KEYSEAT_TESTS_HOST_PROCESSES_H

#include <vector>

namespace keyseat::test {

int this_process();

// The children of this process, zombies included.
std::vector<int> children();

// A worker and what it has started: its process group, or on Windows those that it is the parent of. Zombies
// do not count.
std::vector<int> family_of(int worker);

// Waits until nothing of that family is left; false when that takes many seconds.
bool is_gone(int worker);

// Wine makes jobs, of which it holds processes to nothing but their end.
bool has_jobs_without_limits();

// SIGKILL, TerminateProcess().
void kill_process(int process);

} // namespace keyseat::test

#endif
