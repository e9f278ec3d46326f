// SPDX-License-Identifier: Apache-2.0
//
// config trust: a person reads a found configuration and decides.

#include <fmt/format.h>

#include <filesystem>

#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "config/trust.h"

namespace keyseat::cli {
namespace {

namespace fs = std::filesystem;

fs::path found_file(Session &session) {
   if (session.options().config) {
      throw Error(ErrorCode::usage, "a configuration that --config names is trusted as it is")
            .hint("keyseat config trust FILE pins a file that is found");
   }
   for (const ConfigFile &file : session.config().files()) {
      if (file.layer == ConfigLayer::found) return file.path;
   }
   throw Error(ErrorCode::usage, "no keyseat.json was found in this folder or above it")
         .hint("the user's and the system's configuration need no trust");
}

} // namespace

int run(const ConfigTrustCommand &command, Session &session) {
   const fs::path file = fs::absolute(command.file ? *command.file : found_file(session));
   const fs::path user_folder = platform::user_config_folder();
   const TrustState state = check_trust(file, user_folder);
   if (!state.trusted) {
      std::string text = fmt::format("{}: {}\n", printable(path_text(file)), state.why);
      for (const std::string &difference : state.differences)
         text += difference + "\n";
      session.terminal().show(text);
      if (!command.yes) {
         session.confirm(
               fmt::format("Trust '{}' as it is shown above?", printable(path_text(file))),
               "trust the configuration", "read the file, then use --yes");
      }
      trust(file, user_folder, state.fingerprint);
   }
   if (session.options().json) {
      session.terminal().print(trusted_config_json(file, !state.trusted, state));
   } else if (!session.options().quiet) {
      session.terminal().print(fmt::format("{} {}\n", printable(path_text(file)),
                                           state.trusted ? "is trusted already" : "is trusted"));
   }
   return 0;
}

} // namespace keyseat::cli
