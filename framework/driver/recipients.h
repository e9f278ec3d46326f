// SPDX-License-Identifier: Apache-2.0
//
// Recipients: who shall be able to open a credential, and the CEK wrapped for each of them.

#ifndef KEYSEAT_DRIVER_RECIPIENTS_H
#define KEYSEAT_DRIVER_RECIPIENTS_H

#include "driver/loaded_definition.h"
#include "driver/protector_set.h"
#include "jose/jwe.h"
#include "linked_service/binding.h"

#include <filesystem>
#include <string>
#include <vector>

namespace keyseat {

// What configuration and options say about one definition.
struct RecipientChoice {
   std::vector<std::string> protectors;            // names in the configuration, each once
   std::vector<std::filesystem::path> public_keys; // files named beside it
   BindingScope scope = BindingScope::target;
};

// The protectors of -p, or else those of the rules; with them what the policy requires, and the public
// keys of -r. Throws Error(config_invalid): nobody is to be a recipient, a binding that is less than the policy
// demands; Error(protector_unknown); Error(usage): no such binding.
RecipientChoice choose_recipients(const Config &config, const DefinitionFacts &facts,
                                  const SealOptions &options);

// The names of the chosen recipients, without opening anything: for plans.
std::vector<RecipientFacts> name_recipients(const RecipientChoice &choice);

struct WrappedRecipients {
   std::vector<JweRecipient> recipients;
   std::vector<RecipientFacts> facts;
   std::vector<Remark> remarks;
};

// Wraps `cek` for each of them; two that hold the same key pair count once. Throws what the protectors
// throw, Error(config_invalid) for a `kid` that the policy does not allow or that is another's, or more
// than kMaxRecipients, and Error(config_untrusted) when a plugin's key file is not the trusted one.
WrappedRecipients wrap_for(const RecipientChoice &choice, const Config &config,
                           ProtectorSet &protectors, const CallContext &call, BytesView cek);

} // namespace keyseat

#endif
