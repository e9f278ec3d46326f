// SPDX-License-Identifier: Apache-2.0
//
// The probe's instance, and what its sources share.

#ifndef KEYSEAT_TESTS_HOST_PROBE_H
#define KEYSEAT_TESTS_HOST_PROBE_H

#include <keyseat/plugin.h>

#include <stdatomic.h>
#include <string.h>

enum { DETAILS_SIZE = 4096 };

typedef struct probe {
   keyseat_instance c;
   const keyseat_host *host;
   char fault[32];
   char ask[32];
   char settings[DETAILS_SIZE]; // as members of a JSON object
   atomic_uint inside;          // calls of wrap under way
   atomic_uint most_inside;
} probe;

static inline probe *of(const keyseat_instance *self) { return self->plugin_data; }

static inline int has_fault(const probe *self, const char *fault) {
   return strcmp(self->fault, fault) == 0;
}

static inline keyseat_status fail(const keyseat_call *call, keyseat_status status,
                                  const char *message) {
   keyseat_error error = {0};
   error.struct_size = sizeof error;
   error.status = status;
   error.tries_left = -1;
   error.message = message;
   call->fail(call, &error);
   return status;
}

static inline int put(const keyseat_sink *sink, const void *data, size_t size) {
   uint8_t *storage = sink->resize(sink, size);
   if (storage == NULL) return 0;
   memcpy(storage, data, size);
   return 1;
}

static inline int put_text(const keyseat_sink *sink, const char *text) {
   return put(sink, text, strlen(text));
}

// The extensions of an instance: probe_keys.c.
const void *KEYSEAT_CALL probe_get_extension(const keyseat_instance *instance, const char *id);

#endif
