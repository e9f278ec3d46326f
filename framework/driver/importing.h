// SPDX-License-Identifier: Apache-2.0
//
// Importing: a JWE that another JOSE library made for a public key of this node becomes a credential.

#ifndef KEYSEAT_DRIVER_IMPORTING_H
#define KEYSEAT_DRIVER_IMPORTING_H

#include "driver/loaded_definition.h"
#include "driver/protector_set.h"

namespace keyseat {

// Opens the foreign JWE in typeProperties.encryptedCredential - the JWE's text itself (compact, or a
// JSON object), or base64 of it - and returns the definition with its secrets in place. The payload
// is { "secrets": [ { "pointer": ..., "value": ... } ] }. Throws Error(credential_refused,
// no_recipient, ...): a value whose place secret discovery would not call secret, a value that stands
// there already.
LoadedDefinition open_foreign(const LoadedDefinition &loaded, const Config &config,
                              ProtectorSet &protectors);

} // namespace keyseat

#endif
