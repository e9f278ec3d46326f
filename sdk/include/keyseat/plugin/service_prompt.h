// SPDX-License-Identifier: Apache-2.0
//
// Host service: the prompt. Whenever a plugin needs a PIN, a passphrase or a yes, it asks here.
// Whether a person, a file or a service answers, and whether anybody may be asked at all, is the
// host's business.
//
//   R-PRM-1   A wrong answer is never tried again by itself: each try takes another ask(), with
//             `attempt` counted up and `error` saying why.
//   R-PRM-2   The answer lives in the host's secret memory until the call that was handed to the
//             plugin returns. A plugin that needs it longer copies it into secret memory.
//   R-PRM-3   open(), status() and export_jwk() ask nobody. A host answers KEYSEAT_E_AUTH_REQUIRED
//             to a plugin that asks in them.
//   R-PRM-4   A right answer serves the instance: nobody is asked for the same secret again, unless
//             it was changed since or the device demands it for each use.

#ifndef KEYSEAT_PLUGIN_SERVICE_PROMPT_H
#define KEYSEAT_PLUGIN_SERVICE_PROMPT_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/host.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_SERVICE_PROMPT "keyseat.host.prompt/1"

// Kinds. A host answers one that it does not know with KEYSEAT_E_UNSUPPORTED.
#define KEYSEAT_PROMPT_EXISTING 0u // a secret that exists already
#define KEYSEAT_PROMPT_NEW 1u      // a secret to be set: a person is asked for it twice
#define KEYSEAT_PROMPT_CONFIRM 2u  // a yes; the answer is empty

typedef struct keyseat_prompt {
   uint32_t struct_size;
   uint32_t kind; // KEYSEAT_PROMPT_*

   // Which secret: the name of the option that is marked KEYSEAT_MARK_SECRET, so that the host finds
   // the source that is configured for it; any kebab-case name where there is no such option.
   const char *secret;
   const char *title; // "passphrase of dev.jwk", "TPM PIN"
   const char *error; // why the previous answer did not do; may be null

   uint32_t attempt;    // 1, then 2, ... within one call
   int32_t tries_left;  // -1: unknown
   uint32_t min_length; // bytes of UTF-8
   uint32_t max_length; // bytes of UTF-8, at most KEYSEAT_MAX_TEXT; 0: KEYSEAT_MAX_TEXT
} keyseat_prompt;

// Frozen.
typedef struct keyseat_service_prompt {
   // Asks, and blocks until there is an answer; the time does not count against the call's timeout.
   // `answer` receives a view of secret memory (R-PRM-2). Returns KEYSEAT_E_AUTH_REQUIRED when nobody
   // can be asked, or when a source has no further answer; KEYSEAT_E_DECLINED when the person
   // declined. The plugin returns that status as its own; the host has explained it already, and
   // R-ERR-1 is met.
   // [in-call]
   keyseat_status(KEYSEAT_CALL *ask)(const keyseat_host *host, const keyseat_call *call,
                                     const keyseat_prompt *prompt, keyseat_bytes *answer);
} keyseat_service_prompt;

KEYSEAT_C_END

#endif
