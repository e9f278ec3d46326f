// SPDX-License-Identifier: Apache-2.0
//
// What the tests of files share: a folder for each, and ways to look at what is in it.

#ifndef KEYSEAT_TESTS_BASE_FILES_FIXTURE_H
#define KEYSEAT_TESTS_BASE_FILES_FIXTURE_H

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "base/files.h"
#include "support/scratch_folder.h"

namespace keyseat {

inline constexpr WriteOptions kPublic{};

inline std::string read(const std::filesystem::path &path, std::size_t limit = 1 << 20) {
   return std::string(read_file(document_memory(), path, limit).reveal_text());
}

template <class Body>
Error error_of(Body body) {
   try {
      body();
   } catch (const Error &error) {
      return error;
   }
   ADD_FAILURE() << "no error";
   return {ErrorCode::internal, "none"};
}

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

class Files : public testing::Test {
 protected:
   Files() { ::umask(022); }
   ~Files() override { ::umask(022); }
   ScratchFolder folder_;
};

} // namespace keyseat

#endif
