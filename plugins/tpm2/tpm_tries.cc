// SPDX-License-Identifier: Apache-2.0

#include "tpm_tries.h"

#include <keyseat/sdk/jose/primitives.h>

namespace tpm2 {

namespace {

constexpr std::chrono::milliseconds kRestartPause{100};

std::uint8_t random_pause() { // ms
   std::uint8_t value = 0;
   keyseat::sdk::jose::random_bytes(&value, 1);
   return value;
}

} // namespace

void TpmTries::again_or_throw(const TpmFailure &failure, bool had_connected, bool is_lost) {
   std::chrono::milliseconds pause(random_pause());
   if (is_exhaustion_code(failure.code())) {
      if (waited_ >= kMostPatience) throw TpmFailure(failure);
      waited_ += pause;
      taken_ = failure;
   } else {
      taken_.reset();
      const bool is_worth_it = had_connected
                                     ? is_lost || is_restart_code(failure.code()) ||
                                             base_code(failure.code()) == TPM2_RC_PCR_CHANGED
                                     : restarts_ > 0; // it was there a moment ago
      if (!is_worth_it || ++restarts_ > kMostRestarts) throw TpmFailure(failure);
      pause = restarts_ * kRestartPause;
   }
   try {
      deadline_.sleep(pause);
   } catch (const Failure &late) {
      if (late.status() != KEYSEAT_E_TIMEOUT) throw;
      throw TpmFailure(failure); // which says more than that time is over
   }
}

void TpmTries::explain(const Failure &failure) const {
   if (failure.status() == KEYSEAT_E_TIMEOUT && taken_) throw TpmFailure(*taken_);
}

} // namespace tpm2
