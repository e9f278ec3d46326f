// SPDX-License-Identifier: Apache-2.0
//
// Session: what the commands of one run share, made when it is first asked for.

#ifndef KEYSEAT_CLI_SESSION_H
#define KEYSEAT_CLI_SESSION_H

#include <keyseat/config.h>
#include <keyseat/driver.h>
#include <keyseat/prompter.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/arguments.h"
#include "cli/terminal.h"

namespace keyseat::cli {

class Session {
 public:
   Session(GlobalOptions options, Terminal &terminal);
   Session(const Session &) = delete;
   Session &operator=(const Session &) = delete;
   ~Session();

   const GlobalOptions &options() const { return options_; }
   Terminal &terminal() { return terminal_; }

   const Config &config();         // throws Error(config_invalid)
   const Config &trusted_config(); // throws Error(config_untrusted), too
   Prompter &prompter();

   // Asks a person for a yes. Throws Error(declined), Error(auth_required) with `hint` when nobody can
   // be asked.
   void confirm(std::string question, std::string subject, std::string hint);

   Driver &driver();

 private:
   GlobalOptions options_;
   Terminal &terminal_;
   std::optional<Config> config_;
   std::unique_ptr<Prompter> prompter_;
   std::unique_ptr<Driver> driver_;
};

} // namespace keyseat::cli

#endif
