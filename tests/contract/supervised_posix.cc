// SPDX-License-Identifier: Apache-2.0

#include "contract/supervised.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>
#include <system_error>

namespace contract {

namespace {

int report(const char *how, int number, const char *name) {
   std::fprintf(
         stderr,
         "[  FAILED  ] R-PRC-1: the process has ended in the test that was named last, %s %d%s\n",
         how, number, name);
   return 1;
}

// Whatever comes in is for whoever has started this.
void close_input() {
   const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
   dup2(null, STDIN_FILENO);
   if (null != STDIN_FILENO) close(null);
}

} // namespace

int run_supervised(const std::function<int()> &tests) {
   void *shared = mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
   if (shared == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
   auto *finished = new (shared) std::atomic<bool>(false);
   const pid_t child = fork();
   if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
   if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL); // whoever gives up waiting for the tests ends them
      close_input();
      const int result = tests();
      *finished = true;
      return result;
   }
   int status = 0;
   while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
   }
   if (WIFSIGNALED(status))
      return report(
            "by signal", WTERMSIG(status),
            WTERMSIG(status) == SIGSEGV ? " (inputs are gone after their call: R-MEM-2)" : "");
   return *finished ? WEXITSTATUS(status) : report("with exit code", WEXITSTATUS(status), "");
}

} // namespace contract
