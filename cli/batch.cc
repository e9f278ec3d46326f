// SPDX-License-Identifier: Apache-2.0
#include "cli/batch.h"

#include <fmt/format.h>

#include <utility>

#include "base/files.h"
#include "base/path_text.h"
#include "base/text.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "driver/tree.h"

namespace keyseat::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kSomeFailed = 10;

class Batch {
 public:
   Batch(const FileOperation &operation, const OutputOptions &output, const Expectation &expect,
         Session &session, bool is_single)
         : operation_(operation),
           replaces_(output.force || output.in_place),
           makes_folders_(output.output_folder.has_value()),
           expect_(expect),
           session_(session),
           is_single_(is_single) {
      summary_.command = operation.command;
   }

   // False: a person said no, and shall not be asked again.
   bool run(const TreeFile &file, const fs::path &output);
   int finish();

 private:
   void work(const TreeFile &file, const fs::path &output);
   void write(const fs::path &input, const fs::path &output, const Outcome &outcome) const;
   void report_success(const std::string &name, const Outcome &outcome, const fs::path &output);
   void report_skipped(const std::string &name);
   void report_failure(const std::string &name, const Error &error);
   std::string summary_text() const;

   const FileOperation &operation_;
   bool replaces_;      // outputs that exist
   bool makes_folders_; // that are missing above an output
   const Expectation &expect_;
   Session &session_;
   bool is_single_;
   Summary summary_;
};

// A walk comes across files that are no definitions. Whether this one is shows only when it failed.
bool is_to_skip(const TreeFile &file, const Error &error) {
   if (!file.walked || error.code() != ErrorCode::definition_invalid) return false;
   try {
      const SecretBytes content = read_file(document_memory(), file.path, kMaxDefinitionFile);
      return is_other_json(content);
   } catch (const std::exception &) {
      return false; // `error` is what happened first
   }
}

bool Batch::run(const TreeFile &file, const fs::path &output) {
   const std::string name = path_text(file.path);
   ++summary_.files;
   try {
      work(file, output);
   } catch (...) {
      Error error = current_failure();
      if (is_to_skip(file, error)) {
         report_skipped(name);
         return true;
      }
      error.in_file(name);
      const bool is_declined = error.code() == ErrorCode::declined;
      summary_.exit = is_single_ || is_declined ? error.exit_code() : kSomeFailed;
      report_failure(name, error);
      return !is_declined;
   }
   return true;
}

void Batch::work(const TreeFile &file, const fs::path &output) {
   const LoadedFile loaded = load_file(file.path, expect_);
   const Outcome outcome = operation_.run(loaded.file);
   if (operation_.writes) write(file.path, output, outcome);
   report_success(path_text(file.path), outcome, output);
}

void Batch::write(const fs::path &input, const fs::path &output, const Outcome &outcome) const {
   if (output.empty()) {
      session_.terminal().print(outcome.output.reveal_text());
      return;
   }
   if (!outcome.changed && output == input) return;
   if (makes_folders_ && output.has_parent_path()) make_folders(output.parent_path());
   WriteOptions options;
   options.replace = replaces_;
   options.holds_secret = outcome.holds_secret;
   write_file(output, outcome.output, options);
}

void Batch::report_success(const std::string &name, const Outcome &outcome,
                           const fs::path &output) {
   Terminal &terminal = session_.terminal();
   const bool is_done = outcome.changed || (!operation_.writes && !outcome.binding.empty());
   ++(is_done ? summary_.done : summary_.unchanged);
   summary_.secrets += outcome.secrets.size();
   for (const Remark &remark : outcome.remarks) {
      terminal.remark(remark, name, operation_.tells_all);
      if (remark.kind == "may-be-secret") ++summary_.may_be_secret;
   }
   if (session_.options().json) {
      FileReport report;
      report.file = name;
      report.status = is_done ? operation_.done : operation_.idle;
      if (operation_.writes && !output.empty()) report.output = output;
      report.outcome = &outcome;
      terminal.print(to_json(report));
   } else if (operation_.describe) {
      terminal.print(operation_.describe(name, outcome));
   }
   if (outcome.changed) {
      const std::size_t secrets = outcome.secrets.size();
      terminal.detail(fmt::format("{}: {} ({} {})", printable(name), operation_.done, secrets,
                                  secrets == 1 ? "secret" : "secrets"));
   }
}

void Batch::report_skipped(const std::string &name) {
   ++summary_.skipped;
   session_.terminal().detail(fmt::format("{}: no definition, skipped", printable(name)));
   if (session_.options().json)
      session_.terminal().print(to_json(FileReport{name, "skipped", {}, nullptr, nullptr}));
}

void Batch::report_failure(const std::string &name, const Error &error) {
   ++summary_.failed;
   session_.terminal().error(error);
   if (session_.options().json)
      session_.terminal().print(to_json(FileReport{name, "failed", {}, nullptr, &error}));
}

std::string Batch::summary_text() const {
   std::string text =
         fmt::format("{} {}, {} {}", summary_.done, operation_.done, summary_.unchanged,
                     operation_.idle == "no-credential" ? "without credential" : operation_.idle);
   if (summary_.skipped > 0) text += fmt::format(", {} skipped (no definitions)", summary_.skipped);
   if (summary_.failed > 0) text += fmt::format(", {} failed", summary_.failed);
   return text;
}

int Batch::finish() {
   if (!is_single_) session_.terminal().note(summary_text());
   if (session_.options().json) session_.terminal().print(to_json(summary_));
   return summary_.exit;
}

} // namespace

LoadedFile load_file(const fs::path &path, const Expectation &expect) {
   LoadedFile loaded{read_file(document_memory(), path, kMaxDefinitionFile), {}};
   loaded.file.content = loaded.content.view();
   loaded.file.name = path_text(path);
   if (path != "-") loaded.file.path = fs::absolute(path).lexically_normal();
   loaded.file.expect_name = expect.name;
   loaded.file.expect_runtime = expect.integration_runtime;
   return loaded;
}

int run_batch(const FileOperation &operation, const std::vector<std::string> &paths,
              const OutputOptions &output, const Expectation &expect, Session &session) {
   const bool is_single = is_single_file(paths);
   const std::vector<TreeFile> files = collect_files(paths, output.output_folder);
   std::vector<fs::path> outputs(files.size());
   if (operation.writes) {
      const OutputPlace place{output.output, output.output_folder, output.in_place, output.force};
      outputs = plan_outputs(files, place, is_single);
      if (is_single && outputs[0].empty() && session.options().json) {
         throw Error(ErrorCode::usage, "--json has standard output to itself")
               .hint("use -o FILE, --output-dir DIR or --in-place");
      }
   }

   Batch batch(operation, output, expect, session, is_single);
   ProgressBar progress(session.terminal(), session.options(), files.size());
   for (std::size_t i = 0; i < files.size(); ++i) {
      if (!batch.run(files[i], outputs[i])) break;
      progress.advance(i + 1 < files.size() ? path_text(files[i + 1].path) : "");
   }
   return batch.finish();
}

} // namespace keyseat::cli
