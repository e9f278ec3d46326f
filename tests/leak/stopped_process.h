// SPDX-License-Identifier: Apache-2.0
//
// StoppedProcess: a program that has run to its end and is stopped there, after its last instruction
// and before the system takes its memory away.

#ifndef KEYSEAT_TESTS_LEAK_STOPPED_PROCESS_H
#define KEYSEAT_TESTS_LEAK_STOPPED_PROCESS_H

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace keyseat::test {

struct Command {
   std::vector<std::string> arguments; // the first is the program's path
   std::string passphrase_line;        // what descriptor 3 yields; empty: there is none
   uid_t user = 0;                     // to run as; 0: this one
   std::string output_file;            // where standard output and error go
};

class StoppedProcess {
 public:
   // Runs the command and stops it at its exit (PTRACE_O_TRACEEXIT).
   explicit StoppedProcess(const Command &command);
   StoppedProcess(const StoppedProcess &) = delete;
   StoppedProcess &operator=(const StoppedProcess &) = delete;
   ~StoppedProcess(); // lets it end

   int exit_code() const { return exit_code_; }

   // All readable memory, searched for each needle: the descriptions of the places where one lies.
   // `searched` counts the bytes read. Throws std::runtime_error when the memory cannot be opened.
   std::vector<std::string> find(const std::vector<std::string> &needles,
                                 std::size_t &searched) const;

   bool memory_is_readable() const;
   std::string arguments_and_environment() const;

 private:
   pid_t child_ = 0;
   int exit_code_ = -1;
};

} // namespace keyseat::test

#endif
