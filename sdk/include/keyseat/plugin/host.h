// SPDX-License-Identifier: Apache-2.0
//
// The host as a plugin sees it. It comes with open(), not with the entry: two hosts may live in one
// process.

#ifndef KEYSEAT_PLUGIN_HOST_H
#define KEYSEAT_PLUGIN_HOST_H

#include <keyseat/plugin/platform.h>

KEYSEAT_C_BEGIN

typedef struct keyseat_host {
   uint32_t struct_size;
   uint32_t draft; // KEYSEAT_DRAFT of the host

   const char *name;    // "keyseat"
   const char *version; // "0.1.0"

   void *host_data;

   // Finds a host service by id ("keyseat.host.log/1"); null when it is not offered. The table is
   // constant. Log, secret memory and prompt are always offered.
   // [thread-safe]
   const void *(KEYSEAT_CALL *get_service)(const struct keyseat_host *host, const char *id);
} keyseat_host;

KEYSEAT_C_END

#endif
