// SPDX-License-Identifier: Apache-2.0
//
// decrypt, verify: the commands that open credentials.

#include <fmt/format.h>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/commands.h"

namespace keyseat::cli {

int run(const DecryptCommand &command, Session &session) {
   session.trusted_config();
   FileOperation operation;
   operation.command = "decrypt";
   operation.done = "decrypted";
   operation.writes = true;
   operation.run = [&](const DefinitionFile &file) { return session.driver().decrypt(file); };
   return run_batch(operation, command.paths, command.output, command.expect, session);
}

int run(const VerifyCommand &command, Session &session) {
   session.trusted_config();
   FileOperation operation;
   operation.command = "verify";
   operation.done = "verified";
   operation.idle = "no-credential";
   operation.run = [&](const DefinitionFile &file) { return session.driver().verify(file); };
   operation.describe = [&](const std::string &file, const Outcome &outcome) -> std::string {
      if (session.options().quiet) return {};
      return fmt::format("{}: {}\n", printable(file),
                         outcome.binding.empty() ? "no credential" : "opens");
   };
   return run_batch(operation, command.paths, {}, command.expect, session);
}

} // namespace keyseat::cli
