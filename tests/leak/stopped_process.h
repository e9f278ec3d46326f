// SPDX-License-Identifier: Apache-2.0
//
// StoppedProcess: a program that has run to its end and is stopped there, after its last instruction
// and before the system takes its memory away; and the programs that it has started.

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

// All readable memory of a process, as it was at one moment.
class MemoryImage {
 public:
   // Throws std::runtime_error when the memory cannot be opened.
   explicit MemoryImage(pid_t process);

   // Each needle is searched for: the descriptions of the places where one lies.
   std::vector<std::string> find(const std::vector<std::string> &needles) const;

   std::size_t size() const; // in bytes

 private:
   struct Region {
      std::string name; // its line in /proc/PID/maps
      std::string bytes;
   };
   std::vector<Region> regions_;
};

class StoppedProcess {
 public:
   // Runs the command and stops it at its exit (PTRACE_O_TRACEEXIT).
   explicit StoppedProcess(const Command &command);
   StoppedProcess(const StoppedProcess &) = delete;
   StoppedProcess &operator=(const StoppedProcess &) = delete;
   ~StoppedProcess(); // lets it end

   int exit_code() const { return exit_code_; }

   MemoryImage memory() const { return MemoryImage(process_); }
   bool memory_is_readable() const;
   std::string arguments_and_environment() const;

   // The processes that it has started and that have ended by themselves before it: their memory at their
   // exit. Empty where it is not readable.
   const std::vector<MemoryImage> &children() const { return children_; }

 private:
   bool run_to_next_exit();
   void look_at_child(pid_t child);

   pid_t process_ = 0;
   int exit_code_ = -1;
   std::vector<MemoryImage> children_;
};

} // namespace keyseat::test

#endif
