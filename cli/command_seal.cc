// SPDX-License-Identifier: Apache-2.0
//
// encrypt, import, plan: the commands that choose recipients.

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "base/path_text.h"
#include "base/text.h"
#include "cli/batch.h"
#include "cli/commands.h"
#include "driver/protector_set.h"

namespace keyseat::cli {
namespace {

// What is wrong with the options is no file's fault: it is said once, before the first file.
SealOptions seal_options(const SealArguments &arguments, const Config &config) {
   for (const std::string &name : arguments.protectors)
      config.protector(name);
   for (const std::filesystem::path &file : arguments.public_keys)
      read_public_key(file);
   if (arguments.binding) config.check_binding(*arguments.binding);
   SealOptions options;
   options.protectors = arguments.protectors;
   options.public_keys = arguments.public_keys;
   options.binding = arguments.binding;
   options.replace_vendor_credential = arguments.replace_vendor_credential;
   return options;
}

using SealFunction = Outcome (Driver::*)(const DefinitionFile &, const SealOptions &);

FileOperation sealing(std::string command, std::string done, SealFunction seal,
                      const SealArguments &arguments, Session &session) {
   FileOperation operation;
   operation.command = std::move(command);
   operation.done = std::move(done);
   operation.run = [seal, options = seal_options(arguments, session.config()),
                    &driver = session.driver()](const DefinitionFile &file) {
      return (driver.*seal)(file, options);
   };
   return operation;
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
   FileOperation operation =
         sealing("encrypt", "encrypted", &Driver::encrypt, command.seal, session);
   operation.writes = true;
   return run_batch(operation, command.paths, command.output, command.expect, session);
}

int run(const ImportCommand &command, Session &session) {
   session.trusted_config();
   FileOperation operation = sealing("import", "imported", &Driver::import, command.seal, session);
   operation.writes = true;
   return run_batch(operation, {command.file}, command.output, command.expect, session);
}

int run(const PlanCommand &command, Session &session) {
   for (const ConfigFile &file : session.config().files()) {
      if (file.trusted) continue;
      session.terminal().warning(
            fmt::format("configuration '{}' is not trusted ({}), and encrypt refuses it; to trust "
                        "it: keyseat config trust",
                        printable(path_text(file.path)), printable(file.why_untrusted)));
   }
   FileOperation operation = sealing("plan", "planned", &Driver::plan, command.seal, session);
   operation.tells_all = true;
   operation.describe = plan_text;
   return run_batch(operation, command.paths, {}, command.expect, session);
}

} // namespace keyseat::cli
