// SPDX-License-Identifier: Apache-2.0
//
// TpmTries and with_tpm(): how this plugin talks to its TPM, from the beginning again where that helps.

#ifndef TPM2_TPM_TRIES_H
#define TPM2_TPM_TRIES_H

#include "tpm_settings.h"

#include <chrono>
#include <memory>
#include <optional>

namespace tpm2 {

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

   // After a try that the deadline, or something else than the TPM, has ended: throws what says more than that
   // time is over, if an earlier try found all places taken.
   void explain(const keyseat::sdk::Failure &failure) const;

 private:
   const Deadline &deadline_;
   int restarts_ = 0;
   std::chrono::milliseconds waited_{0};
   std::optional<TpmFailure> taken_; // the last failure of a TPM whose places are all taken
};

// Runs `body(std::unique_ptr<Tpm> &)` on a connection of its own, from the beginning where the TPM was
// reset meanwhile. The body may keep the connection. Throws what `body` throws, and what connecting throws.
template <class Body>
auto with_connection(const TpmSettings &settings, const Deadline &deadline, Body body) {
   TpmTries tries(deadline);
   while (true) {
      std::unique_ptr<Tpm> tpm;
      try {
         tpm = std::make_unique<Tpm>(settings.tcti, *settings.left_behind, deadline);
         return body(tpm);
      } catch (const TpmFailure &failure) {
         const bool had_connected = tpm != nullptr;
         const bool is_lost = had_connected && tpm->is_lost();
         tpm.reset(); // what it holds is not to be held while waiting
         tries.again_or_throw(failure, had_connected, is_lost);
      } catch (const keyseat::sdk::Failure &failure) {
         tries.explain(failure);
         throw;
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
