// SPDX-License-Identifier: Apache-2.0
//
// TpmSettings: what the configuration says, and with_tpm(): how this plugin talks to its TPM.

#ifndef TPM2_TPM_SETTINGS_H
#define TPM2_TPM_SETTINGS_H

#include "pcrs.h"
#include "storage_root.h"

#include <keyseat/sdk/settings.h>

#include <memory>
#include <optional>
#include <string>

namespace tpm2 {

struct TpmSettings {
   std::string key_path;
   std::string tcti;                   // empty: the default order
   std::optional<ParentHandle> parent; // none: where the key file says; for a new key, the owner's
   std::optional<PcrSelection> pcrs;   // what a new key is bound to
   std::optional<std::string> approval_key; // a path

   // Throws Failure(E_CONFIG) that names the option.
   static TpmSettings read(const keyseat::sdk::Settings &settings);
};

// The tries of with_tpm(). A TPM that was reset, or a connection that broke, is given another chance,
// since nothing that this plugin does leaves anything behind in a TPM. A TPM whose places are all taken
// (it has as few as three) is given up and tried again after a pause of random length: what one has loaded
// oneself may be what the others wait for.
class TpmTries {
 public:
   static constexpr int kMostRestarts = 3;
   static constexpr std::chrono::seconds kMostPatience{15}; // with others; then E_BUSY

   explicit TpmTries(const Deadline &deadline) : deadline_(deadline) {}

   // After `failure` of a try that had connected or not: waits, or throws it.
   void again_or_throw(const TpmFailure &failure, bool had_connected, bool is_lost);

 private:
   const Deadline &deadline_;
   int restarts_ = 0;
   std::chrono::milliseconds waited_{0};
};

// Runs `body(std::unique_ptr<Tpm> &)` on a connection of its own, from the beginning where the TPM was
// reset meanwhile. The body may keep the connection. Throws what `body` throws, and what connecting throws.
template <class Body>
auto with_connection(const TpmSettings &settings, const Deadline &deadline, Body body) {
   TpmTries tries(deadline);
   while (true) {
      std::unique_ptr<Tpm> tpm;
      try {
         tpm = std::make_unique<Tpm>(settings.tcti, deadline);
         return body(tpm);
      } catch (const TpmFailure &failure) {
         const bool had_connected = tpm != nullptr;
         const bool is_lost = had_connected && tpm->is_lost();
         tpm.reset(); // what it holds is not to be held while waiting
         tries.again_or_throw(failure, had_connected, is_lost);
      }
   }
}

// Runs `body(Tpm &)` in the same way.
template <class Body>
auto with_tpm(const TpmSettings &settings, const Deadline &deadline, Body body) {
   return with_connection(settings, deadline,
                          [&](std::unique_ptr<Tpm> &tpm) { return body(*tpm); });
}

} // namespace tpm2

#endif
