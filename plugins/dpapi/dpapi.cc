// SPDX-License-Identifier: Apache-2.0
//
// The plugin: keys that a Windows account or machine holds, by DPAPI or DPAPI-NG.

#include "absent_protector.h"
#include "account_sealing.h"
#include "direct_protector.h"
#include "explain.h"

#include <keyseat/sdk/jose/key_file_protector.h>
#include <keyseat/sdk/plugin.h>

namespace {

using namespace keyseat::sdk;

Failure mistake(const char *option, const char *message) {
   return Failure(KEYSEAT_E_CONFIG, message).with_option(option);
}

bool is_direct(const Settings &settings) {
   const bool has_key = settings.is_configured("key");
   const std::string mode = settings.text("mode").value_or(has_key ? "key" : "direct");
   if (mode == "key" && !has_key) throw mistake("key", "mode key needs the path of a key file");
   if (mode == "direct" && has_key) throw mistake("key", "mode direct has no key file");
   return mode == "direct";
}

std::unique_ptr<const dpapi::Guard> make_guard(const Settings &settings) {
   const auto descriptor = settings.text("descriptor");
   if (!descriptor) {
      const bool machine = settings.text("scope") == "machine";
      return dpapi::make_dpapi_guard(machine ? dpapi::Scope::machine : dpapi::Scope::user,
                                     settings.text("entropy-file").value_or(""));
   }
   if (descriptor->find('=') == std::string::npos) {
      throw mistake("descriptor",
                    "a protection descriptor is a rule such as SID=S-1-5-21-... or LOCAL=user");
   }
   if (dpapi::ends_with_session(*descriptor)) {
      throw mistake("descriptor",
                    "LOCAL=logon ends with the session, and nothing opens afterwards; "
                    "LOCAL=user is this account");
   }
   if (settings.is_configured("scope")) {
      throw mistake("scope",
                    "with a descriptor there is no scope: LOCAL=user and LOCAL=machine say it");
   }
   if (settings.is_configured("entropy-file"))
      throw mistake("entropy-file", "DPAPI-NG takes no entropy");
   return dpapi::make_dpapi_ng_guard(*descriptor);
}

std::unique_ptr<Protector> open(const Host &, const Call &, const Settings &settings) {
   const bool direct = is_direct(settings);
   auto guard = make_guard(settings);
   const std::string absence = guard->alg() == dpapi::kDpapiNgAlg ? dpapi::platform::absence_of_ng()
                                                                  : dpapi::platform::absence();
   if (!absence.empty()) {
      return std::make_unique<dpapi::AbsentProtector>(absence,
                                                      std::string(direct ? guard->alg() : ""));
   }
   if (direct) return std::make_unique<dpapi::DirectProtector>(std::move(guard));
   return std::make_unique<jose::KeyFileProtector>(
         *settings.text("key"), std::make_unique<dpapi::AccountSealing>(std::move(guard)));
}

std::vector<Option> options() {
   return {
         {"scope",
          "Who can open: this account alone, or every account of this machine.",
          KEYSEAT_OPTION_ONE_OF,
          0,
          "user",
          {"user", "machine"}},
         {"mode",
          "key: DPAPI keeps a key pair that others can encrypt to; direct: it keeps each key. The "
          "default is key where `key` is configured.",
          KEYSEAT_OPTION_ONE_OF,
          0,
          nullptr,
          {"key", "direct"}},
         {"key", "The key file of mode key; its public half stands beside it as KEY.pub.",
          KEYSEAT_OPTION_STRING, KEYSEAT_MARK_PATH_READ | KEYSEAT_MARK_PATH_WRITE},
         {"entropy-file", "A file of random bytes that opening takes besides the account.",
          KEYSEAT_OPTION_STRING, KEYSEAT_MARK_PATH_READ},
         {"descriptor",
          "DPAPI-NG instead of DPAPI: a protection descriptor, such as SID=S-1-5-21-... or "
          "LOCAL=machine.",
          KEYSEAT_OPTION_STRING},
   };
}

Description describe() {
   Description d;
   d.id = "dpapi";
   d.name = "Windows DPAPI";
   d.vendor = "The Keyseat authors";
   d.version = "0.1.0";
   d.description = "Wraps keys under a Windows account or machine; explains blobs on any system.";
   d.license = "Apache-2.0";
   d.capabilities = KEYSEAT_CAP_KEY_PAIR | KEYSEAT_CAP_MACHINE_BOUND | KEYSEAT_CAP_USER_BOUND |
                    KEYSEAT_CAP_NETWORK | KEYSEAT_CAP_PARALLEL;
   d.options = options();
   d.open = open;
   d.inspect = dpapi::inspect;
   return d;
}

} // namespace

KEYSEAT_PLUGIN(describe());
