// SPDX-License-Identifier: Apache-2.0
//
// Extension of an instance: the public key, by which others encrypt to this protector elsewhere.

#ifndef KEYSEAT_PLUGIN_EXT_PUBLIC_KEY_H
#define KEYSEAT_PLUGIN_EXT_PUBLIC_KEY_H

#include <keyseat/plugin/instance.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_EXT_PUBLIC_KEY "keyseat.public-key/1"

// Frozen.
typedef struct keyseat_ext_public_key {
   // Writes the public half of the current key as a JWK (RFC 7517) with `alg` and `kid` (the RFC 7638
   // thumbprint) and without `key_ops`, without a prompt (R-PRM-3). A CEK that anybody wraps for it
   // by that `alg` is one that unwrap() opens. KEYSEAT_E_UNSUPPORTED where the key is no key pair,
   // KEYSEAT_E_KEY_MISSING where there is none.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *export_jwk)(const keyseat_instance *self, const keyseat_call *call,
                                            const keyseat_sink *jwk);
} keyseat_ext_public_key;

KEYSEAT_C_END

#endif
