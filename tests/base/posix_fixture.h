// SPDX-License-Identifier: Apache-2.0
//
// What the tests of files share where there are modes and fork().

#ifndef KEYSEAT_TESTS_BASE_POSIX_FIXTURE_H
#define KEYSEAT_TESTS_BASE_POSIX_FIXTURE_H

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "base/files_fixture.h"

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

class FilesPosix : public Files {
 protected:
   FilesPosix() { ::umask(022); }
   ~FilesPosix() override { ::umask(022); }
};

} // namespace keyseat

#endif
