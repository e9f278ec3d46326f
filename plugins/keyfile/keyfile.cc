// SPDX-License-Identifier: Apache-2.0
//
// The plugin: a key in a file, in software, for development, recovery, and nodes without a device.

#include "passphrase_sealing.h"

#include <keyseat/sdk/jose/key_file_protector.h>
#include <keyseat/sdk/jose/shared_openssl.h>
#include <keyseat/sdk/plugin.h>

namespace {

using namespace keyseat::sdk;

std::unique_ptr<Protector> open(const Host &host, const Call &, const Settings &settings) {
   jose::share_openssl(host);
   return std::make_unique<jose::KeyFileProtector>(*settings.text("key"),
                                                   std::make_unique<keyfile::PassphraseSealing>());
}

std::string inspect(std::string_view header, BytesView encrypted_key) {
   return jose::explain_wrapped_key(header, encrypted_key, "the key file whose key has this kid");
}

Description describe() {
   Description d;
   d.id = "keyfile";
   d.name = "Key file";
   d.vendor = "The Keyseat authors";
   d.version = "0.1.0";
   d.description = "Wraps keys under a private key in a file, in clear or under a passphrase.";
   d.license = "Apache-2.0";
   d.capabilities = KEYSEAT_CAP_KEY_PAIR | KEYSEAT_CAP_EXPORTABLE | KEYSEAT_CAP_NEEDS_PERSON |
                    KEYSEAT_CAP_PARALLEL;
   d.options = {
         {"key", "The private key: a JWK file; its public half stands beside it as KEY.pub.",
          KEYSEAT_OPTION_STRING,
          KEYSEAT_MARK_REQUIRED | KEYSEAT_MARK_PATH_READ | KEYSEAT_MARK_PATH_WRITE},
         {"passphrase-source", "Where the passphrase of an encrypted key comes from.",
          KEYSEAT_OPTION_STRING, KEYSEAT_MARK_SECRET},
   };
   d.open = open;
   d.inspect = inspect;
   return d;
}

} // namespace

KEYSEAT_PLUGIN(describe());
