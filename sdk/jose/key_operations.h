// SPDX-License-Identifier: Apache-2.0
//
// Operations with key pairs, below the JWK.

#ifndef KEYSEAT_SDK_JOSE_KEY_OPERATIONS_H
#define KEYSEAT_SDK_JOSE_KEY_OPERATIONS_H

#include "key_material.h"

#include <optional>

namespace keyseat::sdk::jose {

// ECDH of a key pair with a public key; none where the types differ or the result is all zero.
std::optional<SecretBytes> agree(SecretMemory memory, const KeyMaterial &own,
                                 const KeyMaterial &other);

} // namespace keyseat::sdk::jose

#endif
