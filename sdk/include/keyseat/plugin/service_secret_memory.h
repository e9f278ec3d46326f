// SPDX-License-Identifier: Apache-2.0
//
// Host service: memory for keys. Locked into RAM, left out of core dumps, wiped in a child after
// fork(), wiped on release.

#ifndef KEYSEAT_PLUGIN_SERVICE_SECRET_MEMORY_H
#define KEYSEAT_PLUGIN_SERVICE_SECRET_MEMORY_H

#include <keyseat/plugin/host.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_SERVICE_SECRET_MEMORY "keyseat.host.secret-memory/1"

// Frozen.
typedef struct keyseat_service_secret_memory {
   // Returns `size` zeroed bytes, aligned to 16; null when the budget (1 MiB for all plugins of a
   // host, as a rule) is spent: the plugin fails with KEYSEAT_E_NO_MEMORY. `size` is not 0.
   // [thread-safe]
   void *(KEYSEAT_CALL *allocate)(const keyseat_host *host, size_t size);

   // Wipes and frees what allocate() returned for the same `size`; `p` may be null.
   // [thread-safe]
   void(KEYSEAT_CALL *release)(const keyseat_host *host, void *p, size_t size);
} keyseat_service_secret_memory;

KEYSEAT_C_END

#endif
