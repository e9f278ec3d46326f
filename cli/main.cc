// SPDX-License-Identifier: Apache-2.0
//
// keyseat: encrypts the credentials in linked-service definitions. Here, and nowhere else, a failure
// becomes a message and an exit code (docs/exit-codes.md).

#include <keyseat/error.h>

#include <fmt/format.h>

#include <openssl/crypto.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/platform.h"
#include "base/stack_wiper.h"
#include "cli/commands.h"
#include "cli/failure.h"
#include "cli/json_output.h"
#include "cli/vendor_aliases.h"

namespace keyseat::cli {
namespace {

// What can be said of the global options when parse_arguments() has thrown.
GlobalOptions guess_global_options(const std::vector<std::string> &arguments) {
   const auto has = [&](std::string_view option) {
      return std::find(arguments.begin(), arguments.end(), option) != arguments.end();
   };
   GlobalOptions global;
   global.json = has("--json");
   global.quiet = has("-q") || has("--quiet");
   global.no_color = has("--no-color");
   return global;
}

int report(const Error &error, const GlobalOptions &options) {
   Terminal terminal(options);
   terminal.error(error);
   if (!options.json) return error.exit_code();
   try {
      terminal.print(to_json(error));
   } catch (const Error &) {
      // Standard output is what failed, or fails as well: the message above has to do.
      return error.exit_code();
   }
   return error.exit_code();
}

int run_program(const std::vector<std::string> &arguments) {
   GlobalOptions options = guess_global_options(arguments);
   try {
      const RewrittenArguments rewritten = rewrite_vendor_aliases(arguments);
      const Arguments parsed = parse_arguments(rewritten.arguments, rewritten.typed);
      options = parsed.global;
      Terminal terminal(options);
      for (const std::string &ignored : rewritten.ignored)
         terminal.note(fmt::format("{} means nothing here and is ignored", ignored));
      Session session(options, terminal);
      return std::visit([&](const auto &command) { return run(command, session); }, parsed.command);
   } catch (...) {
      return report(current_failure(), options);
   }
}

} // namespace
} // namespace keyseat::cli

int main(int argc, char **argv) {
   keyseat::platform::hold_standard_descriptors();
   keyseat::platform::forbid_dumps();
   keyseat::platform::quiet_libraries();
   keyseat::platform::restrict_library_search();
   // Saves a twentieth of the time that encrypting a file takes: no texts of errors, which nothing in this
   // program reads, and no tidying up of memory that the process gives back anyway.
   OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ATEXIT, nullptr);
   const keyseat::StackWiper wiper;
   return keyseat::cli::run_program(keyseat::platform::program_arguments(argc, argv));
}
