// SPDX-License-Identifier: Apache-2.0
//
// TpmSettings: what the configuration says, and what the connections of an instance have in common.

#ifndef TPM2_TPM_SETTINGS_H
#define TPM2_TPM_SETTINGS_H

#include "left_behind.h"
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

   // Ends when the instance does.
   std::shared_ptr<LeftBehind> left_behind = std::make_shared<LeftBehind>();

   // Throws Failure(E_CONFIG) that names the option.
   static TpmSettings read(const keyseat::sdk::Settings &settings);
};

} // namespace tpm2

#endif
