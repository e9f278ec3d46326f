// SPDX-License-Identifier: Apache-2.0
//
// "Not mine" (R-INT-1): what a header and an encrypted key say by themselves.

#ifndef PKCS11_SHAPE_H
#define PKCS11_SHAPE_H

#include "device.h"

#include <string_view>

namespace pkcs11 {

// Throws not_mine() unless the header and the encrypted key have the shape that `alg` has for some key
// that this plugin can use, and a `kid` of the form that this plugin writes. Needs no token.
// `wanted_alg`: the only one that is taken; empty: any.
jose::JoseHeader require_possible(std::string_view header, BytesView encrypted_key,
                                  std::string_view wanted_alg);

// Throws not_mine() unless they are of the key: of its `alg`, where that is known.
jose::JoseHeader require_mine(std::string_view header, BytesView encrypted_key,
                              const KnownKey &known);

} // namespace pkcs11

#endif
