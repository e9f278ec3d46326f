// SPDX-License-Identifier: Apache-2.0
//
// protector list, status, test: looking at protectors.

#include <keyseat/sdk/jose/primitives.h>

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/worker_limits.h"
#include "driver/protector_set.h"

namespace keyseat::cli {
namespace {

constexpr std::size_t kCekSize = 32;
constexpr std::uint32_t kStatusTimeout = 5000; // ms; a status takes at most one second

std::string kind_of(const ProtectorEntry &entry) {
   return entry.plugin.empty() ? "public key" : entry.plugin;
}

std::size_t name_width(const std::vector<ProtectorReport> &reports) {
   std::size_t width = 4;
   for (const ProtectorReport &report : reports)
      width = std::max(width, report.entry.name.size());
   return width;
}

// A public key serves when it can be read; there is nothing else to ask.
ProtectorStatus public_key_status(const ProtectorEntry &entry) {
   const auto key = read_public_key(entry.public_key);
   ProtectorStatus status;
   status.health = Health::ok;
   status.kid = key.kid();
   status.message = fmt::format("{} public key; encrypts only", key_type_name(key.type()));
   return status;
}

ProtectorReport look_at(const ProtectorEntry &entry, Session &session) {
   ProtectorReport report{entry, {}, {}, false};
   try {
      if (entry.plugin.empty()) {
         report.status = public_key_status(entry);
      } else {
         CallContext call;
         call.subject = fmt::format("look at protector '{}'", entry.name);
         call.timeout_ms = kStatusTimeout;
         call.no_interaction = true;
         Protector &protector = session.driver().protectors().open(entry.name);
         report.isolated = protector.is_isolated();
         report.status = protector.status(call);
      }
   } catch (const Error &error) {
      report.error = error;
   }
   return report;
}

// What a script learns of a protector that cannot be used.
int exit_code_of(const ProtectorReport &report) {
   if (report.error) return report.error->exit_code();
   switch (report.status->health) {
      case Health::key_missing:
         return exit_code(ErrorCode::key_missing);
      case Health::down:
         return exit_code(ErrorCode::protector_unavailable);
      default:
         return 0;
   }
}

std::string status_text(const ProtectorReport &report, std::size_t width) {
   std::string text = fmt::format("{:<{}}  {:<11}  ", report.entry.name, width,
                                  report.status ? health_name(report.status->health) : "failed");
   if (!report.status) return text + kind_of(report.entry) + "\n";
   const ProtectorStatus &status = *report.status;
   text += kind_of(report.entry);
   if (!status.message.empty()) text += ": " + printable(status.message);
   text += '\n';
   const auto add = [&](std::string_view label, const std::string &value) {
      if (!value.empty())
         text += fmt::format("{:<{}}  {} {}\n", "", width, label, printable(value));
   };
   add("kid", status.kid);
   add("can", printable_list(status.capabilities));
   if (report.isolated) add("runs in", "a worker process; " + worker_limits_text());
   return text;
}

} // namespace

int run(const ProtectorListCommand &, Session &session) {
   std::vector<ProtectorReport> reports;
   for (const ProtectorEntry &entry : session.config().protectors())
      reports.push_back({entry, {}, {}, false});
   if (session.options().json) {
      session.terminal().print(to_json(reports, false));
      return 0;
   }
   if (reports.empty())
      session.terminal().note("no configuration has a protector; keyseat init makes a first one");
   std::string text;
   const std::size_t width = name_width(reports);
   for (const ProtectorReport &report : reports) {
      text += fmt::format("{:<{}}  {:<12}  {}\n", report.entry.name, width, kind_of(report.entry),
                          readable_place(report.entry.place));
   }
   session.terminal().print(text);
   return 0;
}

int run(const ProtectorStatusCommand &command, Session &session) {
   const Config &config = session.trusted_config();
   std::vector<ProtectorReport> reports;
   if (command.name) {
      reports.push_back(look_at(config.protector(*command.name), session));
   } else {
      for (const ProtectorEntry &entry : config.protectors())
         reports.push_back(look_at(entry, session));
   }

   int code = 0;
   std::string text;
   for (const ProtectorReport &report : reports) {
      text += status_text(report, name_width(reports));
      if (report.error) session.terminal().error(*report.error);
      if (code == 0) code = exit_code_of(report);
   }
   session.terminal().print(session.options().json ? to_json(reports, true) : text);
   return code;
}

int run(const ProtectorTestCommand &command, Session &session) {
   session.trusted_config();
   Protector &protector = session.driver().protectors().open(command.name);
   CallContext call;
   call.subject = fmt::format("test protector '{}'", command.name);
   call.timeout_ms = kSlowTimeout;

   const SecretBytes cek = sdk::jose::random_secret(key_memory(), kCekSize);
   const WrappedCek wrapped = protector.wrap(call, cek);
   const auto unwrapped = protector.unwrap(call, with_enc(wrapped.header), wrapped.encrypted_key);
   if (!unwrapped || !sdk::jose::constant_time_equal(*unwrapped, cek)) {
      throw Error(ErrorCode::plugin_defect,
                  fmt::format("protector '{}' does not unwrap what it has wrapped", command.name));
   }

   ProtectorTestReport report;
   report.protector = command.name;
   report.alg = string_member(wrapped.header, "alg");
   report.kid = string_member(wrapped.header, "kid");
   report.has_self_test = protector.offers(Extension::self_test);
   if (report.has_self_test)
      report.self_test = parse_self_test(protector.self_test(call), command.name);

   std::string text =
         fmt::format("{}: wraps and unwraps with {}\n", command.name, printable(report.alg));
   bool passed = true;
   for (const SelfTestRow &row : report.self_test) {
      passed = passed && row.passed;
      text += fmt::format("  {:<6}  {}{}\n", row.passed ? "passed" : "failed", printable(row.name),
                          row.detail.empty() ? "" : ": " + printable(row.detail));
   }
   session.terminal().print(session.options().json ? to_json(report) : text);
   return passed ? 0 : exit_code(ErrorCode::plugin_defect);
}

} // namespace keyseat::cli
