// SPDX-License-Identifier: Apache-2.0
//
// What a process has and is, as far as a plugin shall leave it as it was.

#ifndef KEYSEAT_TESTS_CONTRACT_PROCESS_STATE_H
#define KEYSEAT_TESTS_CONTRACT_PROCESS_STATE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace contract {

// Open descriptors; on Windows, where handles cannot be listed, as many numbers as there are handles.
std::set<int> open_files();

// Whether a program that is started now would get the descriptor. On Windows never: handles are not
// inherited unless they are made to be.
bool is_inherited(int file);

std::size_t thread_count();

// Read and write calls so far: of this thread, on Windows of this process.
struct IoCalls {
   std::uint64_t reads = 0;
   std::uint64_t writes = 0;
};
IoCalls io_calls();

// What R-PRC-1 and R-PRC-3 forbid to change, as text.
std::string process_state();

// Whether it takes too long to open a file a thousand times: Wine takes 10 ms to open a file and read its DACL.
bool opening_files_is_slow();

// Diverts standard output and error to a file while it lives, and standard input to another beside it.
class Diverted {
 public:
   explicit Diverted(const std::string &path);
   Diverted(const Diverted &) = delete;
   Diverted &operator=(const Diverted &) = delete;
   ~Diverted();

   bool input_is_untouched() const; // nobody has read of it

 private:
   int saved_[3]{};
};

} // namespace contract

#endif
