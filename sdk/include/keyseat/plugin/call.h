// SPDX-License-Identifier: Apache-2.0
//
// What accompanies each call from the host to a plugin.
//
//   R-CALL-1  A call that is cancelled ends with KEYSEAT_E_CANCELLED, or as if it had not been; the
//             instance stays usable.
//   R-CALL-2  A call with KEYSEAT_CALL_NO_INTERACTION ends with KEYSEAT_E_AUTH_REQUIRED, or as it
//             would without the flag; the instance stays usable.

#ifndef KEYSEAT_PLUGIN_CALL_H
#define KEYSEAT_PLUGIN_CALL_H

#include <keyseat/plugin/status.h>
#include <keyseat/plugin/values.h>

KEYSEAT_C_BEGIN

// keyseat_call.flags. A plugin ignores a flag that it does not know.

// Nothing on the device that a person must answer, no touch and no PIN pad: the call fails with
// KEYSEAT_E_AUTH_REQUIRED instead (R-CALL-2). Prompts are the host's to refuse: service_prompt.h.
#define KEYSEAT_CALL_NO_INTERACTION 1u

typedef struct keyseat_call {
   uint32_t struct_size;
   uint32_t flags; // KEYSEAT_CALL_*

   // Names the request in the logs of both sides. The same id again means the same request again
   // (R-KEYS-2 in ext_keys.h).
   uint8_t request_id[16];

   // The credential's authenticated id (`ks_id`); all zero where there is none. A key service may
   // use it as encryption context: it never changes while the credential lives.
   uint8_t credential_id[16];

   // When the host stops waiting, in milliseconds from the start of the call; 0: never. Time that
   // a prompt takes does not count. What happens then: R-ABN-1.
   uint32_t timeout_ms;
   uint32_t reserved; // 0; a plugin ignores it

   void *host_data;

   // What this is for, in words that a person recognises: "decrypt the credential of
   // SqlServerLinkedService". May be empty.
   const keyseat_text *subject;

   // The same as a flat JSON object of public facts (name, type, integration runtime), for policy
   // and audit. Not authenticated, and never part of a key derivation: names change. May be empty.
   const keyseat_text *context;

   // Nonzero when the result is not wanted any more (R-CALL-1). To be asked between slow steps.
   // [in-call]
   uint32_t(KEYSEAT_CALL *is_cancelled)(const struct keyseat_call *call);

   // Explains the failure that is about to be returned, once for each failing call (R-ERR-1); the host
   // copies it. Should a plugin explain twice all the same, the last one counts.
   // [in-call]
   void(KEYSEAT_CALL *fail)(const struct keyseat_call *call, const keyseat_error *error);
} keyseat_call;

KEYSEAT_C_END

#endif
