// SPDX-License-Identifier: Apache-2.0

#include "sealed_protector.h"

#include "approving.h"
#include "key_facts.h"
#include "tpm_sealing.h"

namespace tpm2 {

using keyseat::sdk::Call;
using keyseat::sdk::Status;

SealedProtector::SealedProtector(TpmSettings settings)
      : KeyFileProtector(settings.key_path, std::make_unique<TpmSealing>(settings)),
        settings_(std::move(settings)) {}

Status SealedProtector::status(const Call &call) {
   Status status = KeyFileProtector::status(call);
   // Whatever becomes of the key and of the TPM, this much holds.
   status.capabilities |= KEYSEAT_CAP_MACHINE_BOUND;
   if (status.health != KEYSEAT_HEALTH_OK) {
      if (status.health == KEYSEAT_HEALTH_KEY_MISSING)
         add_chip_status(call, settings_, nullptr, status);
      return status;
   }
   const TpmKeyFile file = read_tpm_key_file(call, settings_.key_path);
   add_chip_status(call, settings_, &file, status);
   return status;
}

void SealedProtector::destroy_key(const Call &call, std::string_view kid) {
   KeyFileProtector::destroy_key(call, kid);
   remove_approvals(settings_.key_path);
}

std::string SealedProtector::approve(const Call &call) { return approve_state(call, settings_); }

} // namespace tpm2
