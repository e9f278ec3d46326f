// SPDX-License-Identifier: Apache-2.0
//
// Batch: one operation over the files that a command names, with outputs, messages and exit code.

#ifndef KEYSEAT_CLI_BATCH_H
#define KEYSEAT_CLI_BATCH_H

#include <keyseat/driver.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "cli/session.h"

namespace keyseat::cli {

// What a command does with each file.
struct FileOperation {
   std::string command;            // "encrypt"
   std::string done;               // "encrypted": the status of a file that it changed
   std::string idle = "unchanged"; // the status of a file that had nothing for it
   bool writes = false;            // its output is written
   bool tells_all = false;         // remarks on what was left alone, too, without -v
   std::function<Outcome(const DefinitionFile &)> run;
   // For commands that do not write: what standard output says of one file; may be empty.
   std::function<std::string(const std::string &file, const Outcome &)> describe;
};

// Runs the operation over the files. One that fails, in whatever way, is named and the others are done, unless
// a person said no. Returns 0; the exit code of its own failure for a single file that was named; otherwise 10
// when one failed. Throws Error, before anything is written, when arguments or outputs cannot be.
int run_batch(const FileOperation &operation, const std::vector<std::string> &paths,
              const OutputOptions &output, const Expectation &expect, Session &session);

// A file with its content in document memory.
struct LoadedFile {
   SecretBytes content;
   DefinitionFile file; // borrows the content
};
LoadedFile load_file(const std::filesystem::path &path, const Expectation &expect);

} // namespace keyseat::cli

#endif
