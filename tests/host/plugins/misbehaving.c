// SPDX-License-Identifier: Apache-2.0
//
// The tables of the misbehaving plugin. It "wraps" by copying, and says in the header how its act came out.

#define _GNU_SOURCE

#include "misbehaving.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static misbehaving *of(const keyseat_instance *self) { return self->plugin_data; }

static keyseat_status fail(const keyseat_call *call, keyseat_status status, const char *message) {
   keyseat_error error = {0};
   error.struct_size = sizeof error;
   error.status = status;
   error.tries_left = -1;
   error.message = message;
   call->fail(call, &error);
   return status;
}

static int put(const keyseat_sink *sink, const void *data, size_t size) {
   uint8_t *storage = sink->resize(sink, size);
   if (storage == NULL) return 0;
   memcpy(storage, data, size);
   return 1;
}

static keyseat_status KEYSEAT_CALL misbehaving_status(const keyseat_instance *self,
                                                      const keyseat_call *call,
                                                      keyseat_status_info *info) {
   misbehave(of(self), "status", call);
   info->health = KEYSEAT_HEALTH_OK;
   info->capabilities = KEYSEAT_CAP_PARALLEL;
   put(info->message, "well", 4);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_wrap(const keyseat_instance *self,
                                                    const keyseat_call *call,
                                                    const keyseat_bytes *cek,
                                                    const keyseat_sink *header,
                                                    const keyseat_sink *encrypted_key) {
   char text[128];
   misbehave(of(self), "wrap", call);
   snprintf(text, sizeof text, "{\"alg\":\"none\",\"errno\":%d,\"pid\":%d}", of(self)->came_to,
            (int)getpid());
   put(header, text, strlen(text));
   put(encrypted_key, cek->data, cek->size);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_unwrap(const keyseat_instance *self,
                                                      const keyseat_call *call,
                                                      const keyseat_text *header,
                                                      const keyseat_bytes *encrypted_key,
                                                      const keyseat_sink *cek) {
   (void)header;
   misbehave(of(self), "unwrap", call);
   if (!put(cek, encrypted_key->data, encrypted_key->size)) {
      return fail(call, KEYSEAT_E_LIMIT, "too large");
   }
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_create(const keyseat_instance *self,
                                                      const keyseat_call *call,
                                                      const keyseat_key_request *request,
                                                      const keyseat_sink *kid) {
   (void)request;
   misbehave(of(self), "create", call);
   put(kid, "key", 3);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_list(const keyseat_instance *self,
                                                    const keyseat_call *call,
                                                    keyseat_key_visitor visitor, void *data) {
   (void)visitor;
   (void)data;
   misbehave(of(self), "list", call);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_destroy(const keyseat_instance *self,
                                                       const keyseat_call *call,
                                                       const keyseat_text *kid) {
   (void)kid;
   misbehave(of(self), "destroy", call);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_export(const keyseat_instance *self,
                                                      const keyseat_call *call,
                                                      const keyseat_sink *jwk) {
   misbehave(of(self), "export", call);
   put(jwk, "{\"kty\":\"OKP\"}", 13);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_approve(const keyseat_instance *self,
                                                       const keyseat_call *call,
                                                       const keyseat_sink *report) {
   misbehave(of(self), "approve", call);
   put(report, "{}", 2);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_self_test(const keyseat_instance *self,
                                                         const keyseat_call *call,
                                                         const keyseat_sink *report) {
   misbehave(of(self), "self-test", call);
   put(report, "[]", 2);
   return KEYSEAT_OK;
}

static const void *KEYSEAT_CALL misbehaving_extension(const keyseat_instance *self,
                                                      const char *id) {
   static const keyseat_ext_keys keys = {misbehaving_create, misbehaving_list, misbehaving_destroy};
   static const keyseat_ext_public_key public_key = {misbehaving_export};
   static const keyseat_ext_approve approve = {misbehaving_approve};
   static const keyseat_ext_self_test self_test = {misbehaving_self_test};
   (void)self;
   if (strcmp(id, KEYSEAT_EXT_KEYS) == 0) return &keys;
   if (strcmp(id, KEYSEAT_EXT_PUBLIC_KEY) == 0) return &public_key;
   if (strcmp(id, KEYSEAT_EXT_APPROVE) == 0) return &approve;
   if (strcmp(id, KEYSEAT_EXT_SELF_TEST) == 0) return &self_test;
   return NULL;
}

static void KEYSEAT_CALL misbehaving_close(const keyseat_instance *self) {
   misbehave(of(self), "close", NULL);
   free(of(self));
}

static void configure(misbehaving *self, const keyseat_setting *setting) {
   const struct {
      const char *name;
      char *room;
      size_t size;
   } texts[] = {{"act", self->act, sizeof self->act},
                {"during", self->during, sizeof self->during},
                {"once", self->once, sizeof self->once},
                {"trace", self->trace, sizeof self->trace},
                {"file", self->file, sizeof self->file}};
   size_t i;
   for (i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
      if (strcmp(setting->name, texts[i].name) == 0)
         snprintf(texts[i].room, texts[i].size, "%s", setting->text->data);
   }
}

static keyseat_status KEYSEAT_CALL misbehaving_open(
      const keyseat_descriptor *descriptor, const keyseat_host *host, const keyseat_call *call,
      const keyseat_setting *settings, size_t settings_size, const keyseat_instance **instance) {
   misbehaving *self = calloc(1, sizeof *self);
   size_t i;
   (void)descriptor;
   if (self == NULL) return fail(call, KEYSEAT_E_NO_MEMORY, "out of memory");
   for (i = 0; i < settings_size; ++i)
      configure(self, &settings[i]);
   self->host = host;
   self->came_to = -1;
   self->c.plugin_data = self;
   self->c.status = misbehaving_status;
   self->c.wrap = misbehaving_wrap;
   self->c.unwrap = misbehaving_unwrap;
   self->c.get_extension = misbehaving_extension;
   self->c.close = misbehaving_close;
   misbehave(self, "open", call);
   *instance = &self->c;
   return KEYSEAT_OK;
}

#define OPTION(marks, name, value) \
   { sizeof(keyseat_option), KEYSEAT_OPTION_STRING, marks, 0, name, "Misbehaves.", value, NULL }

static const keyseat_option act_option = OPTION(0, "act", NULL);
static const keyseat_option during_option = OPTION(0, "during", "wrap");
static const keyseat_option once_option = OPTION(KEYSEAT_MARK_PATH_WRITE, "once", NULL);
static const keyseat_option trace_option = OPTION(KEYSEAT_MARK_PATH_WRITE, "trace", NULL);
static const keyseat_option file_option =
      OPTION(0, "file", NULL); // no path to the host's knowledge
static const keyseat_option key_option = OPTION(KEYSEAT_MARK_PATH_READ, "key", NULL);
static const keyseat_option pin_option = OPTION(KEYSEAT_MARK_SECRET, "pin-source", NULL);
static const keyseat_option *const options[] = {
      &act_option,  &during_option, &once_option, &trace_option,
      &file_option, &key_option,    &pin_option,  NULL};

KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) {
   static const keyseat_descriptor descriptor = {
         sizeof descriptor,
         KEYSEAT_DRAFT,
         KEYSEAT_CAP_PARALLEL,
         0,
         "test.misbehaving",
         "Misbehaving",
         "Keyseat",
         "1.0.0",
         "Does what no plugin may.",
         NULL,
         NULL,
         options,
         misbehaving_open,
         NULL,
   };
   return &descriptor;
}
