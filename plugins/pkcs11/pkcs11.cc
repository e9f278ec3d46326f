// SPDX-License-Identifier: Apache-2.0
//
// The plugin: a key that works inside of a PKCS #11 token and never leaves it.

#include "protector.h"

#include <keyseat/sdk/jose/shared_openssl.h>
#include <keyseat/sdk/plugin.h>

namespace {

using namespace keyseat::sdk;

std::unique_ptr<Protector> open(const Host &host, const Call &, const Settings &settings) {
   jose::share_openssl(host);
   pkcs11::DeviceSettings device;
   device.uri = *settings.text("uri");
   device.module = settings.text("module").value_or("");
   device.module_parameters = settings.text("module-parameters").value_or("");
   device.alg = settings.text("alg").value_or("");
   return std::make_unique<pkcs11::Pkcs11Protector>(std::move(device));
}

Description describe() {
   Description d;
   d.id = "pkcs11";
   d.name = "PKCS #11 token";
   d.vendor = "The Keyseat authors";
   d.version = "0.1.0";
   d.description = "Wraps keys under a key that works inside of an HSM or another PKCS #11 token.";
   d.license = "Apache-2.0";
   d.capabilities = pkcs11::kCapabilities;
   d.options = {
         {"uri", "Which key on which token: a PKCS #11 URI (RFC 7512).", KEYSEAT_OPTION_STRING,
          KEYSEAT_MARK_REQUIRED},
         {"module", "The vendor's PKCS #11 library; p11-kit's modules where it is absent.",
          KEYSEAT_OPTION_STRING, KEYSEAT_MARK_PATH_READ},
         {"module-parameters", "Text for the library's initialisation, which NSS needs.",
          KEYSEAT_OPTION_STRING},
         {"alg",
          "The algorithm to use, where a key has several; by default the best one.",
          KEYSEAT_OPTION_ONE_OF,
          0,
          nullptr,
          {"A256KW", "A256GCMKW", "RSA-OAEP-256", "RSA-OAEP", "ECDH-ES+A256KW"}},
         {"pin-source", "Where the user PIN comes from.", KEYSEAT_OPTION_STRING,
          KEYSEAT_MARK_SECRET},
   };
   d.open = open;
   d.inspect = pkcs11::inspect;
   return d;
}

} // namespace

KEYSEAT_PLUGIN(describe());
