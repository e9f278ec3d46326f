// SPDX-License-Identifier: Apache-2.0
//
// Host service: the log. A plugin has no other way to say something outside of a failure (R-PRC-2).

#ifndef KEYSEAT_PLUGIN_SERVICE_LOG_H
#define KEYSEAT_PLUGIN_SERVICE_LOG_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/host.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_SERVICE_LOG "keyseat.host.log/1"

// Levels. A host takes one that it does not know as ERROR.
#define KEYSEAT_LOG_DEBUG 0u
#define KEYSEAT_LOG_INFO 1u
#define KEYSEAT_LOG_WARNING 2u
#define KEYSEAT_LOG_ERROR 3u

// Frozen.
typedef struct keyseat_service_log {
   // Writes one line, without secrets (R-ERR-2): the host does not redact. Text beyond
   // KEYSEAT_MAX_TEXT bytes is cut, control characters are shown escaped. `call` may be null where
   // there is none.
   // [thread-safe]
   void(KEYSEAT_CALL *write)(const keyseat_host *host, const keyseat_call *call, uint32_t level,
                             const keyseat_text *message);
} keyseat_service_log;

KEYSEAT_C_END

#endif
