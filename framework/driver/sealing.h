// SPDX-License-Identifier: Apache-2.0
//
// Sealing: a definition with secrets becomes one with a credential.

#ifndef KEYSEAT_DRIVER_SEALING_H
#define KEYSEAT_DRIVER_SEALING_H

#include "driver/loaded_definition.h"
#include "driver/recipients.h"

namespace keyseat {

// What discovery says about a definition, and what follows from a credential that it has already.
struct SealPlan {
   Discovery discovery;
   bool replaces_vendor_credential = false;
   std::vector<Remark> remarks;
};

// Throws Error(definition_invalid): secrets in clear beside a credential, which sealing would lose;
// a reference into the vendor's stores, unless it may be replaced.
SealPlan plan_seal(const LoadedDefinition &loaded, const SealOptions &options);

// Throws Error(config_invalid): an ARM expression inside a member that will be bound when `secrets` are
// taken out.
void require_bindable(const LoadedDefinition &loaded, BindingScope scope,
                      const std::vector<Secret> &secrets);

// An encrypted definition stays as it is only when its credential still belongs to it; no key is
// needed to see that. Throws Error(binding_differs, credential_refused).
void require_current_credential(const LoadedDefinition &loaded);

// Takes the secrets out, wraps a new CEK for each recipient, seals and splices the credential in. The
// output has the encoding of `file`.
Outcome seal(const LoadedDefinition &loaded, const Document &file, const SealPlan &plan,
             const RecipientChoice &choice, const Config &config, ProtectorSet &protectors);

} // namespace keyseat

#endif
