// SPDX-License-Identifier: Apache-2.0
//
// Options that are paths.

#ifndef KEYSEAT_CLI_PATH_OPTION_H
#define KEYSEAT_CLI_PATH_OPTION_H

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "base/path_text.h"
#include "cli/argument_flaws.h"

namespace keyseat::cli {

// An option that is a path, and not an empty one. By itself CLI11 makes a path of the text's single bytes
// on Windows, where the text is UTF-8. `path`, a std::filesystem::path or an optional one, outlives the
// command.
template <class Path>
CLI::Option *add_path(CLI::App &command, const std::string &name, Path &path,
                      const std::string &description) {
   const auto set = [&path](const std::string &text) { path = path_of_text(text); };
   return command.add_option_function<std::string>(name, set, description)->check(empty_flaw);
}

// The same for an option that can be repeated.
inline CLI::Option *add_paths(CLI::App &command, const std::string &name,
                              std::vector<std::filesystem::path> &paths,
                              const std::string &description) {
   const auto set = [&paths](const std::vector<std::string> &texts) {
      for (const std::string &text : texts)
         paths.push_back(path_of_text(text));
   };
   return command.add_option_function<std::vector<std::string>>(name, set, description)
         ->check(empty_flaw);
}

} // namespace keyseat::cli

#endif
