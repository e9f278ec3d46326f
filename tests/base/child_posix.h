// SPDX-License-Identifier: Apache-2.0
//
// in_child(): a part of a test that runs in a child process.

#ifndef KEYSEAT_TESTS_BASE_CHILD_POSIX_H
#define KEYSEAT_TESTS_BASE_CHILD_POSIX_H

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

namespace keyseat {

// Runs `body` in a child process; its result is the child's exit code.
template <class Body>
int in_child(Body body) {
   const pid_t child = ::fork();
   if (child == 0) {
      try {
         ::_exit(body());
      } catch (const std::exception &error) {
         static_cast<void>(std::fprintf(stderr, "in the child: %s\n", error.what()));
         ::_exit(99);
      }
   }
   int status = 0;
   ::waitpid(child, &status, 0);
   return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace keyseat

#endif
