// SPDX-License-Identifier: Apache-2.0
//
// Extension of an instance: create, list and destroy the protector's keys.
//
//   R-KEYS-1  create() never touches an existing key unless KEYSEAT_KEYS_REPLACE is given. It either
//             completes or leaves everything as it was.
//   R-KEYS-2  create() again on the same instance with the request id of a create() that succeeded
//             makes no second key: it answers with the key that there is, or with
//             KEYSEAT_E_KEY_EXISTS.
//   R-KEYS-3  When the visitor returns nonzero, list() calls it no more and returns KEYSEAT_OK.

#ifndef KEYSEAT_PLUGIN_EXT_KEYS_H
#define KEYSEAT_PLUGIN_EXT_KEYS_H

#include <keyseat/plugin/instance.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_EXT_KEYS "keyseat.keys/1"

// keyseat_key_request.flags. A plugin answers a flag that it does not know with KEYSEAT_E_UNSUPPORTED.
#define KEYSEAT_KEYS_REPLACE 1u   // replace the key that there is; the old one is lost
#define KEYSEAT_KEYS_ENCRYPTED 2u // protect the key at rest by a passphrase, asked for by prompt

typedef struct keyseat_key_request {
   uint32_t struct_size;
   uint32_t flags;       // KEYSEAT_KEYS_*
   const char *key_type; // "oct", "P-256", "P-384", "X25519", "RSA-2048", "RSA-3072"; null: the
                         // plugin's default
} keyseat_key_request;

// State of a key. A reader takes one that it does not know as RETIRED.
#define KEYSEAT_KEY_CURRENT 0u // wrap() uses it
#define KEYSEAT_KEY_RETIRED 1u // unwrap() only
#define KEYSEAT_KEY_MISSING 2u // configured, not to be reached

typedef struct keyseat_key_info {
   uint32_t struct_size;
   uint32_t state;        // KEYSEAT_KEY_*
   uint32_t capabilities; // KEYSEAT_CAP_* of this key: hardware, exportable, key pair
   uint32_t reserved;     // 0; a host ignores it
   int64_t created_at;    // seconds since 1970-01-01 UTC; 0: unknown
   const keyseat_text *kid;
   const keyseat_text *label;    // a name or a path, for people; may be empty
   const keyseat_text *key_type; // as in keyseat_key_request
   const keyseat_text *alg;      // RFC 7518 name that wrap() writes with it
} keyseat_key_info;

// Receives one key; `info` is borrowed. Nonzero ends the listing (R-KEYS-3).
// [in-call]
typedef uint32_t(KEYSEAT_CALL *keyseat_key_visitor)(void *visitor_data,
                                                    const keyseat_key_info *info);

// Frozen.
typedef struct keyseat_ext_keys {
   // Makes a key and makes it the current one. `kid` receives its name.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *create)(const keyseat_instance *self, const keyseat_call *call,
                                        const keyseat_key_request *request,
                                        const keyseat_sink *kid);

   // Visits every key that this instance can reach.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *list)(const keyseat_instance *self, const keyseat_call *call,
                                      keyseat_key_visitor visitor, void *visitor_data);

   // Destroys a key, of which copies elsewhere may be left (a backup of its file), without asking
   // whether it shall: the host has asked. KEYSEAT_OK only when it is gone; KEYSEAT_E_UNSUPPORTED where
   // that cannot be promised; KEYSEAT_E_KEY_MISSING when no key has that `kid`; KEYSEAT_E_CONFIG when
   // several have it.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *destroy)(const keyseat_instance *self, const keyseat_call *call,
                                         const keyseat_text *kid);
} keyseat_ext_keys;

KEYSEAT_C_END

#endif
