// SPDX-License-Identifier: Apache-2.0

#include "tpm_settings.h"

namespace tpm2 {

TpmSettings TpmSettings::read(const keyseat::sdk::Settings &settings) {
   TpmSettings result;
   result.key_path = *settings.text("key");
   result.tcti = settings.text("tcti").value_or("");
   if (const auto parent = settings.text("parent")) result.parent = parse_parent(*parent);
   if (const auto pcrs = settings.text("pcrs")) result.pcrs = PcrSelection::parse(*pcrs);
   result.approval_key = settings.text("approval-key");
   if (result.approval_key && !result.pcrs) {
      throw Failure(KEYSEAT_E_CONFIG, "an approval key approves the values of PCRs")
            .with_option("approval-key")
            .with_hint("say of which: option 'pcrs'");
   }
   return result;
}

} // namespace tpm2
