// SPDX-License-Identifier: Apache-2.0
//
// Terminal: what people see. Messages go to standard error, results to standard output.

#ifndef KEYSEAT_CLI_TERMINAL_H
#define KEYSEAT_CLI_TERMINAL_H

#include <keyseat/driver.h>
#include <keyseat/error.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/arguments.h"

namespace keyseat::cli {

class Terminal {
 public:
   explicit Terminal(const GlobalOptions &options);

   // "keyseat: FILE:LINE:COLUMN: message", the hint below it, and every further mistake likewise.
   void error(const Error &error);
   void warning(std::string_view text); // left out by -q
   void note(std::string_view text);    // left out by -q
   void detail(std::string_view text);  // with -v only
   // What was left alone is shown with -v only, unless `tells_all`.
   void remark(const Remark &remark, const std::string &file, bool tells_all = false);

   // Text that was asked for and that a person must see: the configuration to be trusted.
   void show(std::string_view text);

   // Writes to standard output, all of it. Throws Error(io).
   void print(std::string_view text);

   // One line on standard error that is drawn over; an empty one takes it away.
   void progress(std::string_view line);

 private:
   void message(std::string_view style, std::string_view label, std::string_view text);
   std::string colored(std::string_view style, std::string_view text) const;

   bool quiet_;
   bool verbose_;
   bool color_;
   bool has_progress_ = false;
};

// "FILE:LINE:COLUMN", as much of it as is known; printable.
std::string readable_place(const Place &place);

// A bar for work that takes longer than a second, where somebody is watching.
class ProgressBar {
 public:
   ProgressBar(Terminal &terminal, const GlobalOptions &options, std::size_t total);
   ProgressBar(const ProgressBar &) = delete;
   ProgressBar &operator=(const ProgressBar &) = delete;
   ~ProgressBar();

   void advance(std::string_view next); // one is done, `next` comes next

 private:
   Terminal &terminal_;
   bool is_watched_;
   std::size_t total_;
   std::size_t done_ = 0;
   std::chrono::steady_clock::time_point start_;
   std::chrono::steady_clock::time_point drawn_;
};

} // namespace keyseat::cli

#endif
