// SPDX-License-Identifier: Apache-2.0
//
// init: a first configuration for this user, with a key pair.

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/files.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "driver/protector_set.h"

namespace keyseat::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char *kProtector = "default";

constexpr std::string_view kConfiguration = R"({
  // Whoever can read the file default.jwk can decrypt. Keep it private, and keep a copy.
  "protectors": {
    "default": { "plugin": "keyfile", "config": { "key": "default.jwk" } }
  },
  "rules": [
    { "protect": ["default"] }
  ]
}
)";

fs::path make_folder() {
   fs::path folder = platform::user_config_folder();
   if (folder.empty()) {
      throw Error(ErrorCode::io, "there is no home folder to keep a configuration in")
            .hint("set HOME or XDG_CONFIG_HOME");
   }
   make_private_folder(folder);
   return folder;
}

void refuse_existing(const fs::path &config, const fs::path &key) {
   if (file_facts(config)) {
      throw Error(ErrorCode::output_exists,
                  fmt::format("there is a configuration already: '{}'", path_text(config)))
            .hint("keyseat config show");
   }
   if (file_facts(key)) {
      throw Error(ErrorCode::key_exists,
                  fmt::format("there is a key already: '{}'", path_text(key)))
            .hint("a lost key cannot be had back; move it away if it is not needed any more");
   }
}

std::string create_key(const fs::path &config_file, Session &session) {
   ConfigSearch search;
   search.named = config_file;
   const Config config = Config::load(search);
   ProtectorSet protectors(config, session.prompter());
   CallContext call;
   call.subject = "make the key of protector 'default'";
   call.timeout_ms = kSlowTimeout;
   return protectors.open(kProtector).create_key(call, {});
}

} // namespace

int run(const InitCommand &, Session &session) {
   if (session.options().config) {
      throw Error(ErrorCode::usage,
                  "init makes the user's own configuration; --config names another")
            .hint("leave --config out");
   }
   const fs::path folder = make_folder();
   const fs::path config = folder / "keyseat.json";
   const fs::path key = folder / "default.jwk";
   refuse_existing(config, key);

   WriteOptions options;
   options.replace = false;
   options.holds_secret =
         true; // it decides who reads: nobody else writes it, whatever the umask says
   write_file(config, as_bytes(kConfiguration), options);
   std::string kid;
   try {
      kid = create_key(config, session);
   } catch (...) {
      std::error_code ignored; // the failure that counts is the one being handled
      fs::remove(config, ignored);
      throw;
   }

   if (session.options().json) {
      session.terminal().print(initialised_json(config, key, kProtector, kid));
   } else if (!session.options().quiet) {
      session.terminal().print(fmt::format(
            "Made {}\nwith the protector 'default' and its key pair in {}\n(kid {}).\n\n"
            "Next:\n"
            "  keyseat encrypt FILE.json -o encrypted.json\n\n"
            "If that key is lost, so is what was encrypted with it. Keep a copy elsewhere, or add "
            "the\n"
            "public key of another machine to the configuration as a second recipient:\n"
            "  \"recovery\": {{ \"public-key\": \"recovery.jwk\" }}\n",
            printable(path_text(config)), printable(path_text(key)), kid));
   }
   return 0;
}

} // namespace keyseat::cli
