// SPDX-License-Identifier: Apache-2.0
#include "host/worker_environment.h"

#include <algorithm>
#include <array>

namespace keyseat {
namespace {

// A name, or the beginning of names where it ends in '*'.
constexpr std::array<std::string_view, 19> kPassedOn{
      "HOME",
      "TZ",
      "XDG_RUNTIME_DIR",          // where p11-kit's server listens
      "DBUS_SESSION_BUS_ADDRESS", // the way to tpm2-abrmd
      "DBUS_SYSTEM_BUS_ADDRESS",
      "P11_KIT_SERVER_ADDRESS",
      "P11_KIT_SERVER_PID",
      "PKCS11_*",
      "SOFTHSM2_CONF",
      "TPM2_PKCS11_*",
      "OPENSC_CONF",
      "YUBIHSM_PKCS11_CONF",
      "KRYOPTIC_CONF",
      "ChrystokiConfigurationPath", // Thales Luna
      "CKNFAST_*",                  // Entrust nShield
      "NFAST_*",
      "CS_PKCS11_R*", // Utimaco
      "ET_PTKC_*",    // Thales ProtectToolkit
      "CLOUDHSM_*",
};

constexpr std::array<std::string_view, 10> kForbidden{
      "LD_*", "OPENSSL_*",    "GLIBC_TUNABLES", "GCONV_PATH", "MALLOC_*",
      "PATH", "*SAN_OPTIONS", "PKCS11SPY*",     "KEYSEAT_*",  "LOCPATH",
};

bool matches(std::string_view name, std::string_view pattern) {
   if (pattern.starts_with('*')) return name.ends_with(pattern.substr(1));
   if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
   return name == pattern;
}

} // namespace

bool is_forbidden_variable(std::string_view name) {
   return std::any_of(kForbidden.begin(), kForbidden.end(),
                      [&](std::string_view pattern) { return matches(name, pattern); });
}

std::vector<std::string> worker_environment(const std::vector<std::string> &all,
                                            const std::vector<std::string> &more) {
   std::vector<std::string> environment{"LANG=C.UTF-8", "TSS2_LOG=all+NONE"};
   for (const std::string &variable : all) {
      const std::string_view name = std::string_view(variable).substr(0, variable.find('='));
      const bool known =
            std::any_of(kPassedOn.begin(), kPassedOn.end(),
                        [&](std::string_view pattern) { return matches(name, pattern); });
      const bool wanted = std::find(more.begin(), more.end(), name) != more.end();
      if ((known || wanted) && !is_forbidden_variable(name)) environment.push_back(variable);
   }
   return environment;
}

} // namespace keyseat
