// SPDX-License-Identifier: Apache-2.0
//
// Opening: a definition with a credential becomes one with its secrets again.
//
// The order of checks, so that nothing untrusted is used before it is checked:
//   1. the credential's form, its algorithms, the digest of its recipients      no key touched
//   2. the binding: is this the definition that it was sealed for?              no key touched
//   3. a protector unwraps the CEK; commitment and tag of the ciphertext
//   4. the payload: only what secret discovery finds in the result itself may be put back

#ifndef KEYSEAT_DRIVER_OPENING_H
#define KEYSEAT_DRIVER_OPENING_H

#include "driver/binding_digest.h"
#include "driver/credential_text.h"
#include "driver/loaded_definition.h"
#include "driver/protector_set.h"

namespace keyseat {

struct OpenedDefinition {
   LoadedDefinition restored; // the definition with its secrets, the rest of the file around it
   Discovery discovery;       // of `restored`: exactly the secrets that were in the credential
   RecipientFacts opened_by;
   std::string binding; // scope
};

// Throws Error(binding_differs, credential_refused, no_recipient; with one candidate: its own code;
// declined).
OpenedDefinition open_credential(const LoadedDefinition &loaded, const Config &config,
                                 ProtectorSet &protectors);

// Throws Error(binding_differs) unless `left`, a definition without its credential, has the bound
// members that `binding` says.
void require_bound(const LoadedDefinition &left, const ParsedBinding &binding);

// One party's part of an encrypted message: what unwrap() needs.
struct WrappedPart {
   std::string header; // the merged JOSE header
   const Bytes &encrypted_key;
   std::string alg;
   std::string kid;
};

struct UnwrappedCek {
   SecretBytes cek;
   RecipientFacts by;
};

// Tries every configured protector on every part, in the configuration's order. A protector that fails
// does not end the search; a person who declines does. Throws as above.
UnwrappedCek unwrap_any(const std::vector<WrappedPart> &parts, const Config &config,
                        ProtectorSet &protectors, const CallContext &call,
                        const std::string &called);

} // namespace keyseat

#endif
