// SPDX-License-Identifier: Apache-2.0
//
// A tree of files: which files the arguments of a command mean, and where the result of each goes.

#ifndef KEYSEAT_DRIVER_TREE_H
#define KEYSEAT_DRIVER_TREE_H

#include <keyseat/secret.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace keyseat {

// One file to work on.
struct TreeFile {
   std::filesystem::path path;     // as named, or below the folder as named; "-" is standard input
   std::filesystem::path relative; // to the folder argument; the base name of a file argument
   bool walked = false;            // found below a folder; false: named by the user
};

// Where results go. At most one of `file`, `folder` and `in_place`; none: standard output.
struct OutputPlace {
   std::optional<std::filesystem::path> file;   // "-" is standard output
   std::optional<std::filesystem::path> folder; // keeps relative paths
   bool in_place = false;
   bool replace = false; // outputs that exist already may be replaced
};

// The files that `arguments` mean, in the order of the arguments: files as they are, and the *.json
// files below folders, sorted. Links below a folder are not followed; an argument that is a link is.
// Files below `output_folder` are left out of a folder that holds it: they are results, not inputs.
// Throws Error(io: there is no such file; usage: "-" twice).
std::vector<TreeFile> collect_files(const std::vector<std::string> &arguments,
                                    const std::optional<std::filesystem::path> &output_folder);

// True when `arguments` are one file that is named: its result may go to standard output.
bool is_single_file(const std::vector<std::string> &arguments);

// The output of each file, in order; an empty path is standard output. Nothing is written or made.
// Throws Error(usage) when two files have one output, when an output is another file of the input, or
// when `place` cannot serve such files; Error(output_exists) when outputs exist that may not be
// replaced.
std::vector<std::filesystem::path> plan_outputs(const std::vector<TreeFile> &files,
                                                const OutputPlace &place, bool single_file);

// True for a well-formed JSON file that has nothing to do with linked services: another resource of a
// factory (dataset, pipeline, trigger, data flow, integration runtime) or anything else, without a
// SecureString in clear. A walk skips such files. It does not skip one that is not well-formed, which
// may be a damaged definition, nor linked services in an envelope that find_definitions() does not read.
bool is_other_json(BytesView content);

} // namespace keyseat

#endif
