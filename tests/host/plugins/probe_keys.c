// SPDX-License-Identifier: Apache-2.0
//
// The keys of the probe: it makes none, and says what it was asked for.

#include "probe.h"

#include <stdio.h>

// The kid of a created key is the request id of the call, in hex.
static keyseat_status KEYSEAT_CALL probe_create(const keyseat_instance *instance,
                                                const keyseat_call *call,
                                                const keyseat_key_request *request,
                                                const keyseat_sink *kid) {
   char text[33];
   size_t i;
   (void)instance;
   if (request->key_type != NULL && strcmp(request->key_type, "oct") != 0) {
      return fail(call, KEYSEAT_E_UNSUPPORTED, "oct only");
   }
   for (i = 0; i < 16; ++i) {
      snprintf(text + 2 * i, 3, "%02x", call->request_id[i]);
   }
   put_text(kid, text);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL probe_list(const keyseat_instance *instance,
                                              const keyseat_call *call, keyseat_key_visitor visitor,
                                              void *visitor_data) {
   // A struct that has grown since: what the host knows of it stands at its start.
   struct {
      keyseat_key_info known;
      uint64_t grown;
   } info = {{0}, UINT64_MAX};
   const keyseat_text kid = {"probe-1", 7}, label = {"a label", 7}, type = {"oct", 3},
                      alg = {"probe", 5};
   (void)call;
   info.known.struct_size = sizeof info;
   info.known.state = 99;
   info.known.kid = &kid;
   info.known.label = &label;
   info.known.key_type = &type;
   info.known.alg = &alg;
   if (has_fault(of(instance), "short-key-info")) info.known.struct_size = 16;
   if (has_fault(of(instance), "endless-keys")) {
      while (visitor(visitor_data, &info.known) == 0) {
      }
   }
   visitor(visitor_data, &info.known);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL probe_destroy(const keyseat_instance *instance,
                                                 const keyseat_call *call,
                                                 const keyseat_text *kid) {
   (void)instance;
   if (strcmp(kid->data, "probe-1") == 0) return KEYSEAT_OK;
   return fail(call, KEYSEAT_E_KEY_MISSING, "no such key");
}

static keyseat_status KEYSEAT_CALL probe_export(const keyseat_instance *instance,
                                                const keyseat_call *call, const keyseat_sink *jwk) {
   (void)call;
   put_text(jwk, has_fault(of(instance), "private-jwk")
                       ? "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"AA\"}"
                       : "{\"kty\":\"EC\",\"crv\":\"P-256\"}");
   return KEYSEAT_OK;
}

const void *KEYSEAT_CALL probe_get_extension(const keyseat_instance *instance, const char *id) {
   static const keyseat_ext_keys keys = {probe_create, probe_list, probe_destroy};
   static const keyseat_ext_public_key public_key = {probe_export};
   (void)instance;
   if (strcmp(id, KEYSEAT_EXT_KEYS) == 0) return &keys;
   if (strcmp(id, KEYSEAT_EXT_PUBLIC_KEY) == 0) return &public_key;
   return NULL;
}
