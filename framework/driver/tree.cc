// SPDX-License-Identifier: Apache-2.0
#include "driver/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/files.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"
#include "json/document.h"
#include "linked_service/file_content.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

std::string shown(const fs::path &path) { return printable(path_text(path)); }

// One spelling for each file, whether it exists or not: links resolved, no "." and "..", no case where names have none.
fs::path identity(const fs::path &path) {
   std::error_code error;
   const fs::path resolved = fs::weakly_canonical(fs::absolute(path), error);
   return platform::without_case(error ? fs::absolute(path).lexically_normal() : resolved);
}

bool lies_below(const fs::path &path, const fs::path &folder) {
   return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
          folder.end();
}

std::vector<TreeFile> walk(const fs::path &folder, const std::optional<fs::path> &output_folder) {
   const fs::path root = identity(folder);
   std::optional<fs::path> results;
   if (output_folder) results = identity(*output_folder);
   if (results && (*results == root || !lies_below(*results, root))) results.reset();

   std::vector<TreeFile> files;
   for (const fs::path &path : json_files_below(folder)) {
      if (results && lies_below(identity(path), *results)) continue;
      files.push_back({path, path.lexically_relative(folder), true});
   }
   return files;
}

// Refuses outputs that meet: each other, or an input other than their own.
void refuse_collisions(const std::vector<TreeFile> &files, const std::vector<fs::path> &outputs) {
   std::map<fs::path, std::size_t> inputs;
   std::map<fs::path, std::size_t> taken;
   for (std::size_t i = 0; i < files.size(); ++i)
      inputs.emplace(identity(files[i].path), i);
   for (std::size_t i = 0; i < files.size(); ++i) {
      const fs::path output = identity(outputs[i]);
      const auto [other, is_free] = taken.emplace(output, i);
      if (!is_free) {
         throw Error(ErrorCode::usage, fmt::format("'{}' and '{}' would both be written to '{}'",
                                                   shown(files[other->second].path),
                                                   shown(files[i].path), shown(outputs[i])))
               .hint("nothing was written; name folders instead of files, or use several calls");
      }
      const auto input = inputs.find(output);
      if (input != inputs.end() && input->second != i) {
         throw Error(ErrorCode::usage,
                     fmt::format("the output of '{}' would replace '{}', which is an input, too",
                                 shown(files[i].path), shown(files[input->second].path)))
               .hint("nothing was written; choose another output folder");
      }
   }
}

void refuse_existing(const std::vector<fs::path> &outputs) {
   std::vector<const fs::path *> existing;
   for (const fs::path &output : outputs) {
      const std::optional<FileFacts> facts = file_facts(output);
      if (facts && facts->is_folder) {
         throw Error(ErrorCode::usage, fmt::format("'{}' is a folder", shown(output)))
               .hint("--output-dir takes a folder");
      }
      if (facts && facts->is_regular) existing.push_back(&output);
   }
   if (existing.empty()) return;
   std::string more;
   if (existing.size() > 1) more = fmt::format(", and {} more outputs do", existing.size() - 1);
   throw Error(ErrorCode::output_exists, fmt::format("'{}' exists{}", shown(*existing[0]), more))
         .hint("nothing was written; --force replaces it")
         .at({path_text(*existing[0]), 0, 0, {}});
}

} // namespace

std::vector<TreeFile> collect_files(const std::vector<std::string> &arguments,
                                    const std::optional<fs::path> &output_folder) {
   std::vector<TreeFile> files;
   bool has_stdin = false;
   for (const std::string &argument : arguments) {
      const fs::path path = path_of_text(argument);
      if (argument == "-") {
         if (has_stdin) throw Error(ErrorCode::usage, "standard input (-) is named twice");
         has_stdin = true;
         files.push_back({path, {}, false});
         continue;
      }
      const std::optional<FileFacts> facts = file_facts(path);
      if (!facts) throw Error(ErrorCode::io, "there is no such file").at({argument, 0, 0, {}});
      if (facts->is_folder) {
         std::vector<TreeFile> below = walk(path, output_folder);
         files.insert(files.end(), below.begin(), below.end());
      } else {
         files.push_back({path, path.filename(), false});
      }
   }
   return files;
}

bool is_single_file(const std::vector<std::string> &arguments) {
   if (arguments.size() != 1) return false;
   return arguments[0] == "-" || !is_folder(path_of_text(arguments[0]));
}

std::vector<fs::path> plan_outputs(const std::vector<TreeFile> &files, const OutputPlace &place,
                                   bool single_file) {
   const bool to_stdout = place.file ? *place.file == "-" : !place.folder && !place.in_place;
   if ((place.file || to_stdout) && !single_file) {
      throw Error(ErrorCode::usage,
                  to_stdout ? "several files or a folder cannot be written to standard output"
                            : "several files or a folder cannot be written to one file")
            .hint("use --output-dir DIR or --in-place");
   }
   if (to_stdout) return std::vector<fs::path>(files.size());

   std::vector<fs::path> outputs;
   for (const TreeFile &file : files) {
      if (file.path == "-" && !place.file) {
         throw Error(ErrorCode::usage, "what comes from standard input has no name of its own")
               .hint("use -o FILE, or no output option for standard output");
      }
      if (place.in_place) outputs.push_back(file.path);
      if (place.folder) outputs.push_back(*place.folder / file.relative);
      if (place.file) outputs.push_back(*place.file);
   }
   refuse_collisions(files, outputs);
   if (!place.in_place && !place.replace) refuse_existing(outputs);
   return outputs;
}

bool is_other_json(BytesView content) {
   try {
      return content_of(Document::parse(content, {}).root()).is_unrelated();
   } catch (const Error &) {
      return false;
   }
}

} // namespace keyseat
