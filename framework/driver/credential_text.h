// SPDX-License-Identifier: Apache-2.0
//
// The value of typeProperties.encryptedCredential: base64 of a Jwe's JSON.

#ifndef KEYSEAT_DRIVER_CREDENTIAL_TEXT_H
#define KEYSEAT_DRIVER_CREDENTIAL_TEXT_H

#include "driver/loaded_definition.h"
#include "jose/jwe.h"

#include <string>

namespace keyseat {

std::string write_credential(const Jwe &jwe);

// Reads the credential of a definition that has one. Throws Error(credential_refused), with place:
// damaged, a reference into the vendor's stores, or none of Keyseat's for another reason.
Jwe read_credential(const LoadedDefinition &loaded);

} // namespace keyseat

#endif
