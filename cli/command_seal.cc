// SPDX-License-Identifier: Apache-2.0
//
// encrypt, import, plan: the commands that choose recipients.

#include <fmt/format.h>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/commands.h"

namespace keyseat::cli {
namespace {

SealOptions seal_options(const SealArguments &arguments) {
   SealOptions options;
   options.protectors = arguments.protectors;
   options.public_keys = arguments.public_keys;
   options.binding = arguments.binding;
   options.replace_vendor_credential = arguments.replace_vendor_credential;
   return options;
}

std::string remains_text(const std::string &remains) {
   if (remains == "nothing") return "the member is removed";
   if (remains == "rest") return "the rest stays readable";
   return "a mask stays";
}

// One definition of a plan, as people read it.
std::string plan_text(const std::string &file, const Outcome &outcome) {
   std::string text = printable(file) + ":";
   if (!outcome.type.empty()) text += " " + printable(outcome.type);
   if (!outcome.definition.empty()) text += fmt::format(" '{}'", printable(outcome.definition));
   text += '\n';
   for (const SecretFacts &secret : outcome.secrets) {
      text += fmt::format("  {}:{} {}\n      {}; {}\n", secret.line, secret.column,
                          printable(secret.pointer), printable(secret.why),
                          remains_text(secret.remains));
   }
   if (outcome.secrets.empty()) return text + "  nothing to encrypt\n";
   std::string names;
   for (const RecipientFacts &recipient : outcome.recipients)
      names += (names.empty() ? "" : ", ") + printable(recipient.protector);
   return text + fmt::format("  for {}; binding {}\n", names, outcome.binding);
}

} // namespace

int run(const EncryptCommand &command, Session &session) {
   session.trusted_config();
   const SealOptions options = seal_options(command.seal);
   FileOperation operation;
   operation.command = "encrypt";
   operation.done = "encrypted";
   operation.writes = true;
   operation.run = [&](const DefinitionFile &file) {
      return session.driver().encrypt(file, options);
   };
   return run_batch(operation, command.paths, command.output, command.expect, session);
}

int run(const ImportCommand &command, Session &session) {
   session.trusted_config();
   const SealOptions options = seal_options(command.seal);
   FileOperation operation;
   operation.command = "import";
   operation.done = "imported";
   operation.writes = true;
   operation.run = [&](const DefinitionFile &file) {
      return session.driver().import(file, options);
   };
   return run_batch(operation, {command.file}, command.output, command.expect, session);
}

int run(const PlanCommand &command, Session &session) {
   const SealOptions options = seal_options(command.seal);
   FileOperation operation;
   operation.command = "plan";
   operation.done = "planned";
   operation.run = [&](const DefinitionFile &file) { return session.driver().plan(file, options); };
   operation.describe = plan_text;
   return run_batch(operation, command.paths, {}, command.expect, session);
}

} // namespace keyseat::cli
