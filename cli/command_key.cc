// SPDX-License-Identifier: Apache-2.0
//
// protector create, keys, destroy, approve, export-public: a protector's keys.

#include <fmt/format.h>

#include <algorithm>

#include "base/files.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "config/trust.h"
#include "driver/protector_set.h"

namespace keyseat::cli {
namespace {

// A lost key is never replaced silently (docs/commands.md).
void confirm_replacing(const std::string &name, Session &session) {
   session.confirm(
         fmt::format("Replace the key of '{}'? What was encrypted with the present one can "
                     "then not be decrypted any more.",
                     name),
         fmt::format("replace the key of protector '{}'", name),
         "answer by --passphrase-fd, with a line that says yes");
}

// Not silently either; what a person sees of the key is what the plugin says of it.
void confirm_destroying(const std::string &name, const KeyInfo &key, Session &session) {
   session.confirm(
         fmt::format("Destroy the {} key '{}' of '{}' ({})? What was encrypted with it alone can "
                     "then not be decrypted any more.",
                     key.key_type, key.kid, name, key.label),
         fmt::format("destroy key '{}' of protector '{}'", key.kid, name),
         "answer by --passphrase-fd, with a line that says yes");
}

KeyInfo find_key(const std::vector<KeyInfo> &keys, const ProtectorDestroyCommand &command) {
   const auto is_meant = [&](const KeyInfo &each) { return each.kid == command.kid; };
   const auto key = std::find_if(keys.begin(), keys.end(), is_meant);
   if (std::count_if(keys.begin(), keys.end(), is_meant) > 1) {
      throw Error(ErrorCode::config_invalid, fmt::format("protector '{}' reaches several keys '{}'",
                                                         command.name, printable(command.kid)))
            .hint("let its configuration name the one that is meant");
   }
   if (key != keys.end()) return *key;
   throw Error(ErrorCode::key_missing, fmt::format("protector '{}' reaches no key '{}'",
                                                   command.name, printable(command.kid)))
         .hint(fmt::format("keyseat protector keys {} lists those that there are", command.name));
}

std::string key_text(const KeyInfo &key) {
   std::string text = fmt::format("{:<7}  {}\n", key.state, key.kid.empty() ? "-" : key.kid);
   const auto add = [&](std::string_view label, const std::string &value) {
      if (!value.empty()) text += fmt::format("{:<7}  {} {}\n", "", label, value);
   };
   add("is", key.alg.empty() ? key.key_type : fmt::format("{}, {}", key.key_type, key.alg));
   add("at", key.label);
   add("made", utc_text(key.created_at));
   add("can", printable_list(key.capabilities));
   return text;
}

std::string create_key(Protector &protector, const CallContext &call, const KeyRequest &request) {
   try {
      return protector.create_key(call, request);
   } catch (const Error &error) {
      if (error.code() != ErrorCode::key_exists) throw;
      throw Error(error.code(), error.message())
            .hint("--replace makes another one; what was encrypted with this one is then lost")
            .at(error.place());
   }
}

// The pin of a found configuration covers its key files, one of which this program itself has just
// changed.
void keep_trust(const ProtectorEntry &entry, Session &session) {
   for (const ConfigFile &file : session.config().files()) {
      if (file.layer != ConfigLayer::found) continue;
      if (!trust_again(file.path, platform::user_config_folder(), entry.name)) {
         session.terminal().warning(
               fmt::format("'{}' has changed meanwhile and is not trusted any more",
                           printable(path_text(file.path))));
      }
   }
}

} // namespace

int run(const ProtectorCreateCommand &command, Session &session) {
   const ProtectorEntry &entry = session.trusted_config().protector(command.name);
   Protector &protector = session.driver().protectors().open(command.name);
   CallContext call;
   call.subject = fmt::format("make the key of protector '{}'", command.name);
   call.timeout_ms = kSlowTimeout;
   if (command.replace && protector.status(call).health != Health::key_missing)
      confirm_replacing(command.name, session);

   KeyRequest request;
   request.key_type = command.key_type;
   request.encrypted = command.encrypted;
   request.replace = command.replace;
   const std::string kid = create_key(protector, call, request);
   keep_trust(entry, session);

   if (session.options().json) {
      session.terminal().print(created_key_json(command.name, kid));
   } else if (!session.options().quiet) {
      session.terminal().print(
            fmt::format("made the key of protector '{}', kid {}\n", command.name, printable(kid)));
   }
   return 0;
}

int run(const ProtectorKeysCommand &command, Session &session) {
   session.trusted_config();
   Protector &protector = session.driver().protectors().open(command.name);
   CallContext call;
   call.subject = fmt::format("list the keys of protector '{}'", command.name);
   const std::vector<KeyInfo> keys = protector.list_keys(call);

   if (session.options().json) {
      session.terminal().print(keys_json(command.name, keys));
      return 0;
   }
   if (keys.empty()) {
      session.terminal().note(
            fmt::format("protector '{}' has no key; keyseat protector create {} makes one",
                        command.name, command.name));
   }
   std::string text;
   for (const KeyInfo &key : keys)
      text += key_text(key);
   session.terminal().print(text);
   return 0;
}

int run(const ProtectorDestroyCommand &command, Session &session) {
   const ProtectorEntry &entry = session.trusted_config().protector(command.name);
   Protector &protector = session.driver().protectors().open(command.name);
   CallContext call;
   call.subject = fmt::format("destroy a key of protector '{}'", command.name);
   confirm_destroying(command.name, find_key(protector.list_keys(call), command), session);
   try {
      protector.destroy_key(call, command.kid);
   } catch (...) {
      keep_trust(entry, session); // a part may be gone
      throw;
   }
   keep_trust(entry, session);

   if (session.options().json) {
      session.terminal().print(destroyed_key_json(command.name, command.kid));
   } else if (!session.options().quiet) {
      session.terminal().print(
            fmt::format("destroyed key {} of protector '{}'\n", command.kid, command.name));
   }
   return 0;
}

int run(const ProtectorApproveCommand &command, Session &session) {
   session.trusted_config();
   Protector &protector = session.driver().protectors().open(command.name);
   CallContext call;
   call.subject = fmt::format("approve this machine's state for protector '{}'", command.name);
   call.timeout_ms = kSlowTimeout;
   const std::string report = protector.approve(call);

   if (session.options().json) {
      session.terminal().print(approved_state_json(command.name, report));
   } else if (!session.options().quiet) {
      session.terminal().print(fmt::format(
            "protector '{}': this machine's present state is approved\n", command.name));
   }
   return 0;
}

int run(const ProtectorExportPublicCommand &command, Session &session) {
   session.trusted_config();
   Protector &protector = session.driver().protectors().open(command.name);
   CallContext call;
   call.subject = fmt::format("export the public key of protector '{}'", command.name);
   const std::string jwk = protector.export_public_key(call);

   if (command.output && *command.output != "-") {
      WriteOptions options;
      options.replace = command.force;
      write_file(*command.output, as_bytes(jwk + "\n"), options);
      if (session.options().json)
         session.terminal().print(exported_key_json(command.name, jwk, *command.output));
   } else {
      session.terminal().print(session.options().json ? exported_key_json(command.name, jwk, {})
                                                      : jwk + "\n");
   }
   return 0;
}

} // namespace keyseat::cli
