// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/platform.h"
#include "base/text.h"
#include "linked_service/definition.h"

namespace keyseat::cli {
namespace {

constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kCyan = "\x1b[36m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kEraseLine = "\r\x1b[K";

bool wants_color(const GlobalOptions &options) {
   if (options.no_color || !platform::stderr_is_terminal()) return false;
   if (!platform::environment("NO_COLOR").value_or("").empty()) return false;
   return platform::environment("TERM").value_or("") != "dumb";
}

using platform::write_stderr;

// Whether a message says already where it happened.
bool names_place(std::string_view message, const Place &place) {
   if (place.file.empty() || place.file == "-" || place.line > 0) return false;
   return message.find(fmt::format("'{}'", printable(place.file))) != std::string_view::npos;
}

} // namespace

std::string readable_place(const Place &place) {
   if (place.file.empty()) return {};
   std::string text = place.file == "-" ? "standard input" : printable(place.file);
   if (place.line > 0) text += fmt::format(":{}:{}", place.line, place.column);
   return text;
}

Terminal::Terminal(const GlobalOptions &options)
      : quiet_(options.quiet), verbose_(options.verbose), color_(wants_color(options)) {}

std::string Terminal::colored(std::string_view style, std::string_view text) const {
   return color_ ? fmt::format("{}{}{}", style, text, kPlain) : std::string(text);
}

void Terminal::message(std::string_view style, std::string_view label, std::string_view text) {
   progress("");
   write_stderr(fmt::format("keyseat: {} {}\n", colored(style, label), text));
}

void Terminal::error(const Error &error) {
   const std::string text = printable(error.message());
   const std::string place = names_place(text, error.place()) ? "" : readable_place(error.place());
   message(kRed, "error:", place.empty() ? text : fmt::format("{}: {}", place, text));
   if (!error.hint().empty()) {
      const std::string hint = printable(error.hint());
      write_stderr(fmt::format("   {} {}\n", colored(kCyan, "hint:"), hint));
   }
   for (const Error &other : error.others())
      this->error(other);
}

void Terminal::warning(std::string_view text) {
   if (!quiet_) message(kYellow, "warning:", text);
}

void Terminal::note(std::string_view text) {
   if (!quiet_) message(kCyan, "note:", text);
}

void Terminal::detail(std::string_view text) {
   if (verbose_) message(kCyan, "note:", text);
}

void Terminal::remark(const Remark &remark, const std::string &file, bool tells_all) {
   static constexpr std::array<std::string_view, 6> kWarnings{"would-fail",   "may-be-secret",
                                                              "unknown-type", "vendor-credential",
                                                              "redirectable", "machine-bound"};
   // A plan's failure names what it is about; of the others the pointer does.
   const bool names_subject = remark.pointer.empty() || remark.kind == "would-fail";
   const std::string subject = names_subject ? "" : readable_pointer(remark.pointer) + ": ";
   const std::string text =
         fmt::format("{}: {}{}", readable_place({file, remark.line, remark.column, {}}), subject,
                     printable(remark.text));
   if (std::find(kWarnings.begin(), kWarnings.end(), remark.kind) != kWarnings.end()) {
      warning(text);
   } else if (remark.kind == "left-alone" && !tells_all) {
      detail(text);
   } else {
      note(text);
   }
}

void Terminal::show(std::string_view text) { write_stderr(text); }

void Terminal::print(std::string_view text) {
   progress("");
   write_stdout(as_bytes(text));
}

void Terminal::progress(std::string_view line) {
   if (line.empty() && !has_progress_) return;
   write_stderr(kEraseLine);
   write_stderr(line);
   has_progress_ = !line.empty();
}

ProgressBar::ProgressBar(Terminal &terminal, const GlobalOptions &options, std::size_t total)
      : terminal_(terminal),
        is_watched_(!options.quiet && platform::stderr_is_terminal() &&
                    platform::environment("TERM").value_or("") != "dumb"),
        total_(total),
        start_(std::chrono::steady_clock::now()),
        drawn_(start_) {}

ProgressBar::~ProgressBar() { terminal_.progress(""); }

void ProgressBar::advance(std::string_view next) {
   constexpr std::size_t kWidth = 24;
   constexpr std::size_t kMaxName = 40;
   constexpr auto kSilence = std::chrono::seconds(1);
   constexpr auto kBetween = std::chrono::milliseconds(100);

   ++done_;
   const auto now = std::chrono::steady_clock::now();
   if (!is_watched_ || now - start_ < kSilence || now - drawn_ < kBetween) return;
   drawn_ = now;
   const std::size_t filled = std::min(kWidth, kWidth * done_ / std::max<std::size_t>(total_, 1));
   std::string name = printable(next);
   if (name.size() > kMaxName) name = "..." + name.substr(name.size() - kMaxName);
   terminal_.progress(fmt::format("[{:#<{}}{:.<{}}] {}/{} {}", "", filled, "", kWidth - filled,
                                  done_, total_, name));
}

} // namespace keyseat::cli
