// SPDX-License-Identifier: Apache-2.0
//
// An opened protector: it wraps and unwraps CEKs.
//
//   R-WRAP-1  Two wraps of one CEK differ, unless the algorithm is deterministic by its definition,
//             as A256KW is.
//   R-WRAP-2  A CEK has KEYSEAT_CEK_SIZE bytes. One of another size is KEYSEAT_E_UNSUPPORTED in
//             wrap(), and KEYSEAT_E_TAMPERED where unwrap() comes upon it.

#ifndef KEYSEAT_PLUGIN_INSTANCE_H
#define KEYSEAT_PLUGIN_INSTANCE_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/values.h>

KEYSEAT_C_BEGIN

// Capabilities. A descriptor names what is possible at best; status() names what holds for this
// instance. A reader ignores a bit that it does not know. An isolating host refuses TCP to a plugin
// that has neither KEYSEAT_CAP_NETWORK in its descriptor nor an option marked as an address (R-HST-3).
#define KEYSEAT_CAP_KEY_PAIR (1u << 0)      // others can encrypt to it: ext_public_key.h
#define KEYSEAT_CAP_HARDWARE (1u << 1)      // the key lives in a device of its own
#define KEYSEAT_CAP_EXPORTABLE (1u << 2)    // a copy of the private key can be made
#define KEYSEAT_CAP_MACHINE_BOUND (1u << 3) // opens on one machine only
#define KEYSEAT_CAP_USER_BOUND (1u << 4)    // opens for one account only
#define KEYSEAT_CAP_NEEDS_PERSON (1u << 5)  // may prompt, or wait for a touch
#define KEYSEAT_CAP_NETWORK (1u << 6)       // talks to another machine
#define KEYSEAT_CAP_PARALLEL (1u << 7)      // wrap and unwrap run concurrently (R-THR-3)

// Health. A reader takes one that it does not know as UNKNOWN.
#define KEYSEAT_HEALTH_UNKNOWN 0u
#define KEYSEAT_HEALTH_OK 1u          // wrap and unwrap are expected to work
#define KEYSEAT_HEALTH_DEGRADED 2u    // unwrap is expected to work, wrap is not
#define KEYSEAT_HEALTH_KEY_MISSING 3u // works once the key has been created or brought back
#define KEYSEAT_HEALTH_DOWN 4u        // device or service not to be reached, or locked

// What a protector is right now. The host zeroes it and sets struct_size and the sinks.
typedef struct keyseat_status_info {
   uint32_t struct_size;
   uint32_t health;       // KEYSEAT_HEALTH_*
   uint32_t capabilities; // KEYSEAT_CAP_*
   uint32_t reserved;     // 0; a host ignores it

   // The `kid` that wrap() writes now, at most KEYSEAT_MAX_KID bytes; empty where there is no key,
   // or where it takes a login to know. It changes exactly when the key does: by it a host finds
   // the credentials that are due for rewrapping.
   const keyseat_sink *kid;

   // One line for people about the health.
   const keyseat_sink *message;

   // A JSON object for tools: firmware, tries left, PCRs, mechanisms. May stay empty.
   const keyseat_sink *details;
} keyseat_status_info;

// Frozen.
typedef struct keyseat_instance {
   void *plugin_data;

   // Reports health and current key, without a prompt (R-PRM-3), without using the key, within a
   // second. An absent key or device is reported in `info`, not by a failure.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *status)(const struct keyseat_instance *self,
                                        const keyseat_call *call, keyseat_status_info *info);

   // Wraps a CEK of KEYSEAT_CEK_SIZE bytes. `header` receives a JSON object in UTF-8 with `alg` (of
   // RFC 7518 or RFC 8037, or a collision-resistant name), usually `kid`, and whatever unwrap()
   // needs besides its own key; `encrypted_key` the bytes. Both are stored in clear. R-WRAP-1 and
   // R-WRAP-2 bind it.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *wrap)(const struct keyseat_instance *self, const keyseat_call *call,
                                      const keyseat_bytes *cek, const keyseat_sink *header,
                                      const keyseat_sink *encrypted_key);

   // Reverses wrap(). `header` is the JOSE header (RFC 7516 section 4): the recipient's own members
   // and the protected ones that concern it (`enc`, `typ`, `ks_v`, `ks_id`), a JSON object without
   // duplicate names. Someone else may have made both (R-INT-1 to R-INT-4). `cek` is secret memory
   // and takes KEYSEAT_CEK_SIZE bytes.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *unwrap)(const struct keyseat_instance *self,
                                        const keyseat_call *call, const keyseat_text *header,
                                        const keyseat_bytes *encrypted_key,
                                        const keyseat_sink *cek);

   // Finds an extension of this instance by id ("keyseat.keys/1"); null when it is not offered. The
   // answer for an id stays the same while the instance lives.
   // [thread-safe]
   const void *(KEYSEAT_CALL *get_extension)(const struct keyseat_instance *self, const char *id);

   // Ends the instance: wipes its secrets, joins its threads, frees it. Cannot fail.
   // [per-instance]
   void(KEYSEAT_CALL *close)(const struct keyseat_instance *self);
} keyseat_instance;

KEYSEAT_C_END

#endif
