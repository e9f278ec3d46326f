// SPDX-License-Identifier: Apache-2.0
//
// The process around the plugin: what it leaves alone, what it gives back, two hosts, many threads.

#include "contract/contract_test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

extern char **environ; // POSIX; no header declares it

namespace contract {

class Process : public ContractTest {
 protected:
   // A bit of everything that the plugin can do.
   void tour() {
      const auto opened = open();
      opened->status();
      const Wrapped wrapped = opened->wrap(random_cek());
      opened->unwrap(wrapped);
      opened->unwrap("{}", wrapped.encrypted_key);
      opened->unwrap(wrapped.header, Bytes(wrapped.encrypted_key.size(), 'x'));
      if (has(KEYSEAT_EXT_PUBLIC_KEY)) opened->export_jwk();
      if (has(KEYSEAT_EXT_SELF_TEST)) opened->self_test();
      if (has(KEYSEAT_EXT_KEYS)) {
         opened->list();
         opened->create("rot13", 0);
      }
      open_without_key(host_)->wrap(random_cek());
   }
};

namespace {

std::set<int> open_files() {
   std::set<int> files;
   for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      const int fd = std::stoi(entry.path().filename().string());
      if (fcntl(fd, F_GETFD) >= 0) files.insert(fd); // not the one of this very listing
   }
   return files;
}

std::size_t thread_count() {
   std::size_t count = 0;
   for ([[maybe_unused]] const auto &entry :
        std::filesystem::directory_iterator("/proc/self/task")) {
      ++count;
   }
   return count;
}

// What R-PRC-1 and R-PRC-3 forbid to change, as text.
std::string process_state() {
   std::ostringstream state;
   const mode_t mask = umask(0);
   umask(mask);
   state << std::filesystem::current_path() << ' ' << mask << ' '
         << std::setlocale(LC_ALL, nullptr);
   for (char **variable = environ; *variable != nullptr; ++variable)
      state << ' ' << *variable;
   sigset_t blocked;
   pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
   for (int signal = 1; signal < SIGRTMIN; ++signal) {
      struct sigaction action {};
      sigaction(signal, nullptr, &action);
      state << '\n'
            << signal << sigismember(&blocked, signal)
            << reinterpret_cast<void *>(action.sa_handler);
   }
   return state.str();
}

// Before the library is loaded, so that what it changes at its first use shows, too.
const std::string kStateAtStart = process_state();

// Diverts standard output and error to a file while it lives.
class Diverted {
 public:
   explicit Diverted(const std::string &path) {
      flush();
      const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      for (const int fd : {1, 2}) {
         saved_[fd - 1] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
         dup2(file, fd);
      }
      close(file);
   }
   Diverted(const Diverted &) = delete;
   Diverted &operator=(const Diverted &) = delete;
   ~Diverted() {
      flush();
      for (const int fd : {1, 2}) {
         dup2(saved_[fd - 1], fd);
         close(saved_[fd - 1]);
      }
   }

 private:
   static void flush() { std::fflush(nullptr); }
   int saved_[2]{};
};

} // namespace

TEST_F(Process, R_PRC_2_NothingIsWrittenToStandardOutputOrError) {
   const std::string path =
         (std::filesystem::temp_directory_path() / ("contract-output-" + std::to_string(getpid())))
               .string();
   {
      const Diverted diverted(path);
      tour();
   }
   const std::string written = read_file(path);
   std::filesystem::remove(path);
   EXPECT_EQ(written, "");
}

TEST_F(Process, R_PRC_3_StateOfTheProcessStaysAsItWas) {
   tour();
   EXPECT_EQ(process_state(), kStateAtStart);
}

TEST_F(Process, R_PRC_4_NewDescriptorsAreCloseOnExec) {
   const std::set<int> before = open_files();
   const auto opened = open();
   opened->unwrap(opened->wrap(random_cek()));
   for (const int fd : open_files()) {
      if (before.count(fd) == 0) {
         EXPECT_NE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0) << fd;
      }
   }
}

TEST_F(Process, R_THR_6_CloseGivesBackThreadsDescriptorsAndSecretMemory) {
   tour(); // what libraries set up once
   const std::set<int> files = open_files();
   const std::size_t threads = thread_count();
   tour();
   EXPECT_EQ(open_files(), files);
   EXPECT_EQ(thread_count(), threads);
   EXPECT_EQ(host_.secret_blocks(), 0u);
}

TEST_F(Process, R_HST_1_ManyOpensLeaveNothingBehind) {
   const std::set<int> files = open_files();
   const int opens = Library::kIsIsolated ? 20 : 1000;
   for (int i = 0; i < opens; ++i)
      open()->status();
   EXPECT_EQ(open_files(), files);
   EXPECT_EQ(host_.secret_blocks(), 0u);
}

TEST_F(Process, R_PRC_7_TwoHostsKnowNothingOfEachOther) {
   Host other;
   prepare(other);
   const Bytes cek = random_cek();
   auto first = open(host_);
   const auto second = open(other);
   const Wrapped wrapped = first->wrap(cek);
   EXPECT_EQ(second->unwrap(wrapped).cek, cek);
   const std::size_t asked = host_.asked().size();
   first.reset();
   EXPECT_EQ(host_.secret_blocks(), 0u) << "memory of the first host outlives its only instance";
   EXPECT_EQ(second->unwrap(wrapped).cek, cek);
   EXPECT_EQ(second->unwrap(second->wrap(cek)).cek, cek);
   EXPECT_EQ(host_.asked().size(), asked) << "the second instance asked the first host";
}

TEST_F(Process, R_THR_3_SixteenThreadsWrapAndUnwrap) {
   Host host;
   prepare(host);
   const auto opened = open(host);
   if ((opened->status().capabilities & KEYSEAT_CAP_PARALLEL) == 0) {
      GTEST_SKIP() << "status does not report KEYSEAT_CAP_PARALLEL";
   }
   std::vector<std::thread> threads;
   for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
         for (int round = 0; round < 8; ++round) {
            const Bytes cek = random_cek();
            EXPECT_EQ(opened->unwrap(opened->wrap(cek)).cek, cek);
         }
      });
   }
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_LE(host.asked().size(), 1u) << "threads ask for the same secret at once";
}

TEST_F(Process, R_THR_3_InstancesRunConcurrently) {
   std::vector<std::thread> threads;
   for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
         Host host;
         prepare(host);
         const auto opened = open(host);
         const Bytes cek = random_cek();
         EXPECT_EQ(opened->unwrap(opened->wrap(cek)).cek, cek);
      });
   }
   for (std::thread &thread : threads)
      thread.join();
}

} // namespace contract
