// SPDX-License-Identifier: Apache-2.0
//
// ProtectorSet: the protectors of a configuration, opened when they are first asked for and kept.

#ifndef KEYSEAT_DRIVER_PROTECTOR_SET_H
#define KEYSEAT_DRIVER_PROTECTOR_SET_H

#include <keyseat/config.h>
#include <keyseat/prompter.h>
#include <keyseat/sdk/jose/jwk.h>

#include "host/plugin.h"
#include "host/protector.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// Reads a public JWK from a file that the user has named, and answers for. Throws Error(key_missing: no
// such file; io: not readable, no regular file; config_invalid: no public JWK).
sdk::jose::PublicJwk read_public_key(const std::filesystem::path &path);

// Thread-safe.
class ProtectorSet {
 public:
   ProtectorSet(const Config &config, Prompter &prompter);

   const PluginRegistry &plugins() const { return plugins_; }

   // Opens the named protector, or returns the open one. Throws Error(protector_unknown,
   // config_untrusted, plugin_unknown, plugin_refused, config_invalid: the entry has mistakes; or it
   // is a public key: unsupported).
   Protector &open(std::string_view name);

   // The capabilities of an open protector, as its status() says when this is first asked: a device
   // may take its time for that. Throws what status() throws.
   std::vector<std::string> capabilities(Protector &protector, const CallContext &call);

   // Whether the file that names `entry` is trusted: its own, or pinned by the user.
   bool is_trusted(const ProtectorEntry &entry) const;

   // The public JWK in the file of an entry, which is read once: when this set is made, where the entry is
   // trusted, else when it is first asked for. Throws as read_public_key() does, Error(config_invalid)
   // for a file that somebody else owns or may write, and Error(config_untrusted) for another file than
   // the one that was trusted.
   sdk::jose::PublicJwk public_key(const ProtectorEntry &entry);

   // The one in a file that the user has named, which is read once, too.
   sdk::jose::PublicJwk public_key(const std::filesystem::path &path);

   // The trusted entry whose public key has this `kid` and can have been wrapped for by `alg`; empty:
   // none. A key that cannot be read names nobody.
   std::string name_of_public_key(std::string_view kid, std::string_view alg);

   // The trusted entry whose public key has this `kid`, whatever the algorithm; empty: none.
   std::string name_of_public_key(std::string_view kid);

   // The mistakes of an entry against its plugin's option table, each with its place.
   std::vector<Error> check(const ProtectorEntry &entry) const;

 private:
   const Config &config_;
   Prompter &prompter_;
   PluginRegistry plugins_;
   std::mutex mutex_;
   std::map<std::string, std::unique_ptr<Protector>, std::less<>> open_;
   std::map<const Protector *, std::vector<std::string>> capabilities_;
   std::map<std::string, sdk::jose::PublicJwk, std::less<>> entry_keys_; // by the entry's name
   std::map<std::filesystem::path, sdk::jose::PublicJwk> named_keys_;    // by the user
};

} // namespace keyseat

#endif
