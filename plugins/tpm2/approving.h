// SPDX-License-Identifier: Apache-2.0
//
// Approving the PCRs of a key anew (keyseat.approve/1), and reading a key file with its approvals; the
// same for both modes.

#ifndef TPM2_APPROVING_H
#define TPM2_APPROVING_H

#include "tpm_key_file.h"
#include "tpm_settings.h"

namespace tpm2 {

// The key file and the approvals beside it. Throws Failure, E_KEY_MISSING where there is none.
TpmKeyFile read_tpm_key_file(const keyseat::sdk::Call &call, const std::string &key_path);

// Signs the PCRs as they are now with the approval key and adds that to the approvals beside the key
// file. Returns a JSON object: pcrs, their values, the file. Throws Failure: E_UNSUPPORTED where the
// key has no approval key, E_CONFIG where it is another one or not configured, E_KEY_LOST.
std::string approve_state(const keyseat::sdk::Call &call, const TpmSettings &settings);

} // namespace tpm2

#endif
