// SPDX-License-Identifier: Apache-2.0
//
// What status() says of a key and of its TPM, for people and for tools.

#ifndef TPM2_KEY_FACTS_H
#define TPM2_KEY_FACTS_H

#include "tpm_key_file.h"
#include "tpm_settings.h"

#include <keyseat/sdk/jose/details.h>
#include <keyseat/sdk/protector.h>

#include <string>

namespace tpm2 {

// ", with a PIN, bound to sha256:7,11 (approved by a key)"; empty where there is nothing to say.
std::string policy_in_words(const Policy &policy);

// What the key file says: mode, pin, pcrs, root_name.
jose::Details file_details(const TpmKeyFile &file);

// Adds to `status` what the TPM says: manufacturer, firmware, lockout, tries left, the PCRs that are not
// as they shall be; and turns its health to down where the key cannot be used now. `file`: null where
// there is no key yet. Takes less than a second, asks nobody, uses no key. Does not throw for a TPM that
// does not answer: that is a status.
void add_chip_status(const keyseat::sdk::Call &call, const TpmSettings &settings,
                     const TpmKeyFile *file, keyseat::sdk::Status &status);

} // namespace tpm2

#endif
