// SPDX-License-Identifier: Apache-2.0
//
// A plugin for the tests of the host. It tells what the host gave it, and breaks the contract in the
// way that its option "fault" names. Its "wrapping" protects nothing.

#include "probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PROBE_ID
#define PROBE_ID "test.probe"
#endif
#ifndef PROBE_DRAFT
#define PROBE_DRAFT KEYSEAT_DRAFT
#endif

enum { WRAPPED_SIZE = KEYSEAT_CEK_SIZE + 1 };

// Against R-PRC-7, on purpose: the tests count what the host opens and closes.
static atomic_uint opened;
static atomic_uint closed;

static int put_many(const keyseat_sink *sink, size_t size) {
   uint8_t *storage = sink->resize(sink, size);
   if (storage == NULL) return 0;
   memset(storage, 'x', size);
   return 1;
}

// Asks as the option "ask" says. `answer` stays empty when it says nothing.
static keyseat_status ask(const probe *self, const keyseat_call *call, keyseat_bytes *answer) {
   const keyseat_service_prompt *service =
         self->host->get_service(self->host, KEYSEAT_SERVICE_PROMPT);
   keyseat_prompt prompt = {0};
   keyseat_status status;
   if (strcmp(self->ask, "none") == 0) return KEYSEAT_OK;
   prompt.struct_size = sizeof prompt;
   prompt.secret = "pin-source";
   prompt.title = "PIN of the probe";
   prompt.attempt = 1;
   prompt.tries_left = 3;
   prompt.max_length = 8;
   if (strcmp(self->ask, "new") == 0) prompt.kind = KEYSEAT_PROMPT_NEW;
   if (strcmp(self->ask, "confirm") == 0) prompt.kind = KEYSEAT_PROMPT_CONFIRM;
   if (strcmp(self->ask, "unknown") == 0) prompt.kind = 77;
   status = service->ask(self->host, call, &prompt, answer);
   if (status != KEYSEAT_OK || prompt.kind == KEYSEAT_PROMPT_CONFIRM) return status;
   if (answer->size == 4 && memcmp(answer->data, "1234", 4) == 0) return KEYSEAT_OK;
   if (strcmp(self->ask, "again") == 0) {
      prompt.attempt = 2;
      prompt.error = "wrong PIN";
      status = service->ask(self->host, call, &prompt, answer);
      if (status != KEYSEAT_OK) return status;
      if (answer->size == 4 && memcmp(answer->data, "1234", 4) == 0) return KEYSEAT_OK;
   }
   {
      keyseat_error error = {0};
      error.struct_size = sizeof error;
      error.status = KEYSEAT_E_AUTH_FAILED;
      error.retry_after_ms = 118000;
      error.tries_left = 2;
      error.native_code = 0xA0;
      error.native_domain = "pkcs11";
      error.message = "wrong PIN";
      error.hint = "look at the card";
      call->fail(call, &error);
   }
   return KEYSEAT_E_AUTH_FAILED;
}

// The faults that every call shows.
static keyseat_status common_fault(const probe *self, const keyseat_call *call) {
   if (has_fault(self, "unknown-status")) return 4711;
   if (has_fault(self, "unexplained")) return KEYSEAT_E_UNAVAILABLE;
   if (has_fault(self, "internal")) return fail(call, KEYSEAT_E_INTERNAL, "lost my head");
   if (has_fault(self, "explains-another")) {
      fail(call, KEYSEAT_E_AUTH_LOCKED, "locked");
      return KEYSEAT_E_UNAVAILABLE;
   }
   if (has_fault(self, "explains-in-escapes")) {
      return fail(call, KEYSEAT_E_UNAVAILABLE, "gone \x1b[31mred");
   }
   if (has_fault(self, "until-cancelled")) {
      while (!call->is_cancelled(call)) {
      }
      return fail(call, KEYSEAT_E_CANCELLED, "cancelled");
   }
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL probe_status(const keyseat_instance *instance,
                                                const keyseat_call *call,
                                                keyseat_status_info *info) {
   const probe *self = of(instance);
   char details[DETAILS_SIZE + 256];
   keyseat_status status = common_fault(self, call);
   if (status != KEYSEAT_OK) return status;
   if (has_fault(self, "long-kid") && !put_many(info->kid, KEYSEAT_MAX_KID + 1)) {
      return fail(call, KEYSEAT_E_LIMIT, "the host does not take the kid");
   }
   if (has_fault(self, "asks-for-status")) {
      keyseat_bytes answer = {0};
      const keyseat_status asked = ask(self, call, &answer);
      if (asked != KEYSEAT_OK) return asked;
   }
   info->health = has_fault(self, "unknown-health") ? 99 : KEYSEAT_HEALTH_OK;
   info->capabilities = KEYSEAT_CAP_EXPORTABLE | (1u << 31);
   if (has_fault(self, "parallel")) info->capabilities |= KEYSEAT_CAP_PARALLEL;
   snprintf(details, sizeof details, "{\"opened\":%u,\"closed\":%u,\"most-inside\":%u%s}",
            atomic_load(&opened), atomic_load(&closed), atomic_load(&self->most_inside),
            self->settings);
   if (has_fault(self, "details-no-json")) strcpy(details, "fine, thanks");
   put_text(info->kid, has_fault(self, "kid-in-escapes") ? "probe\x1b[2J" : "probe-1");
   put_text(info->message, "well\n");
   put_text(info->details, details);
   return KEYSEAT_OK;
}

// Against the header's limit only: the host refuses every one of them.
static void put_header(const probe *self, const keyseat_bytes *answer, const keyseat_sink *header) {
   char text[128];
   snprintf(text, sizeof text, "{\"alg\":\"probe\",\"kid\":\"probe-1\",\"answer\":\"0x%llx\"}",
            (unsigned long long)(uintptr_t)answer->data);
   if (has_fault(self, "header-no-json")) strcpy(text, "alg=probe");
   if (has_fault(self, "header-no-alg")) strcpy(text, "{\"alg\":\"\"}");
   put_text(header, text);
   if (has_fault(self, "long-header")) put_many(header, KEYSEAT_MAX_HEADER + 1);
}

static void note_inside(probe *self) {
   const unsigned inside = atomic_fetch_add(&self->inside, 1) + 1;
   unsigned most = atomic_load(&self->most_inside);
   while (inside > most && !atomic_compare_exchange_weak(&self->most_inside, &most, inside)) {
   }
}

static keyseat_status KEYSEAT_CALL probe_wrap(const keyseat_instance *instance,
                                              const keyseat_call *call, const keyseat_bytes *cek,
                                              const keyseat_sink *header,
                                              const keyseat_sink *encrypted_key) {
   probe *self = of(instance);
   keyseat_bytes answer = {0};
   uint8_t wrapped[WRAPPED_SIZE] = {0};
   size_t i;
   keyseat_status status = common_fault(self, call);
   if (status == KEYSEAT_OK) status = ask(self, call, &answer);
   if (status != KEYSEAT_OK) return status;
   if (has_fault(self, "not-mine")) return fail(call, KEYSEAT_E_NOT_MINE, "not mine");
   if (has_fault(self, "logs")) {
      const keyseat_service_log *log = self->host->get_service(self->host, KEYSEAT_SERVICE_LOG);
      const keyseat_text line = {"a \x1b[31mline", 11};
      log->write(self->host, call, 1234, &line);
   }
   note_inside(self);
   for (i = 0; i < KEYSEAT_CEK_SIZE; ++i) {
      wrapped[i] = cek->data[i] ^ 0x5A;
      wrapped[KEYSEAT_CEK_SIZE] ^= cek->data[i];
   }
   put_header(self, &answer, header);
   if (!has_fault(self, "no-encrypted-key")) put(encrypted_key, wrapped, sizeof wrapped);
   atomic_fetch_sub(&self->inside, 1);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL probe_unwrap(const keyseat_instance *instance,
                                                const keyseat_call *call,
                                                const keyseat_text *header,
                                                const keyseat_bytes *encrypted_key,
                                                const keyseat_sink *cek) {
   const probe *self = of(instance);
   keyseat_bytes answer = {0};
   uint8_t check = 0;
   uint8_t *storage;
   size_t i;
   keyseat_status status;
   if (strstr(header->data, "\"probe-1\"") == NULL || encrypted_key->size != WRAPPED_SIZE) {
      return fail(call, KEYSEAT_E_NOT_MINE, "not mine");
   }
   status = common_fault(self, call);
   if (status == KEYSEAT_OK) status = ask(self, call, &answer);
   if (status != KEYSEAT_OK) return status;
   for (i = 0; i < KEYSEAT_CEK_SIZE; ++i) {
      check ^= encrypted_key->data[i] ^ 0x5A;
   }
   if (check != encrypted_key->data[KEYSEAT_CEK_SIZE]) {
      return fail(call, KEYSEAT_E_TAMPERED, "does not unwrap");
   }
   if (has_fault(self, "long-cek") && !put_many(cek, KEYSEAT_CEK_SIZE + 1)) return KEYSEAT_OK;
   storage = cek->resize(cek, KEYSEAT_CEK_SIZE - (has_fault(self, "short-cek") ? 1 : 0));
   if (storage == NULL) return fail(call, KEYSEAT_E_LIMIT, "the host does not take the CEK");
   for (i = 0; i < KEYSEAT_CEK_SIZE - 1; ++i) {
      storage[i] = encrypted_key->data[i] ^ 0x5A;
   }
   if (!has_fault(self, "short-cek")) storage[i] = encrypted_key->data[i] ^ 0x5A;
   return KEYSEAT_OK;
}

static void KEYSEAT_CALL probe_close(const keyseat_instance *instance) {
   atomic_fetch_add(&closed, 1);
   free(of(instance));
}

static void describe_setting(probe *self, const keyseat_setting *setting) {
   const size_t used = strlen(self->settings);
   char *end = self->settings + used;
   const size_t room = sizeof self->settings - used;
   if (setting->text_size == 0) {
      snprintf(end, room, ",\"%s\":%lld", setting->name, (long long)setting->integer);
   } else {
      snprintf(end, room, ",\"%s\":\"%s%s%s\"", setting->name, setting->text[0].data,
               setting->text_size > 1 ? "+" : "",
               setting->text_size > 1 ? setting->text[1].data : "");
      while ((end = strchr(end, '\\')) != NULL) /* of paths: no escapes are needed */
         *end = '/';
   }
}

static keyseat_status KEYSEAT_CALL probe_open(const keyseat_descriptor *descriptor,
                                              const keyseat_host *host, const keyseat_call *call,
                                              const keyseat_setting *settings, size_t settings_size,
                                              const keyseat_instance **instance) {
   probe *self = calloc(1, sizeof *self);
   size_t i;
   (void)descriptor;
   if (self == NULL) return fail(call, KEYSEAT_E_NO_MEMORY, "out of memory");
   self->host = host;
   for (i = 0; i < settings_size; ++i) {
      const keyseat_setting *setting = &settings[i];
      if (strcmp(setting->name, "fault") == 0) strcpy(self->fault, setting->text->data);
      if (strcmp(setting->name, "ask") == 0) strcpy(self->ask, setting->text->data);
      describe_setting(self, setting);
   }
   if (has_fault(self, "does-not-open")) {
      keyseat_error error = {0};
      error.struct_size = sizeof error;
      error.status = KEYSEAT_E_CONFIG;
      error.tries_left = -1;
      error.message = "is no key";
      error.option = "key";
      call->fail(call, &error);
      free(self);
      return KEYSEAT_E_CONFIG;
   }
   if (has_fault(self, "opens-nothing")) {
      free(self);
      return KEYSEAT_OK;
   }
   self->c.plugin_data = self;
   self->c.status = probe_status;
   self->c.wrap = has_fault(self, "lacks-wrap") ? NULL : probe_wrap;
   self->c.unwrap = probe_unwrap;
   self->c.get_extension = probe_get_extension;
   self->c.close = probe_close;
   atomic_fetch_add(&opened, 1);
   *instance = &self->c;
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL probe_explain(const keyseat_descriptor *descriptor,
                                                 const keyseat_call *call,
                                                 const keyseat_text *header,
                                                 const keyseat_bytes *encrypted_key,
                                                 const keyseat_sink *explanation) {
   (void)descriptor;
   (void)encrypted_key;
   if (strstr(header->data, "probe-1") == NULL) return fail(call, KEYSEAT_E_NOT_MINE, "not mine");
   put_text(explanation,
            strstr(header->data, "nested") == NULL ? "{\"key\":\"probe-1\"}" : "{\"key\":{}}");
   return KEYSEAT_OK;
}

static const void *KEYSEAT_CALL probe_descriptor_extension(const keyseat_descriptor *descriptor,
                                                           const char *id) {
   static const keyseat_ext_inspect inspect = {probe_explain};
   (void)descriptor;
   return strcmp(id, KEYSEAT_EXT_INSPECT) == 0 ? &inspect : NULL;
}

static const char *const asks[] = {"none", "existing", "again", "new", "confirm", "unknown", NULL};

#define OPTION(type, marks, name, value, choices) \
   { sizeof(keyseat_option), type, marks, 0, name, "An option of the probe.", value, choices }

static const keyseat_option key =
      OPTION(KEYSEAT_OPTION_STRING, KEYSEAT_MARK_PATH_READ, "key", NULL, NULL);
static const keyseat_option fault = OPTION(KEYSEAT_OPTION_STRING, 0, "fault", "none", NULL);
static const keyseat_option asking = OPTION(KEYSEAT_OPTION_ONE_OF, 0, "ask", "none", asks);
static const keyseat_option level = OPTION(KEYSEAT_OPTION_INTEGER, 0, "level", "42", NULL);
static const keyseat_option fast = OPTION(KEYSEAT_OPTION_BOOLEAN, 0, "fast", "true", NULL);
static const keyseat_option tags = OPTION(KEYSEAT_OPTION_STRING_LIST, 0, "tags", NULL, NULL);
static const keyseat_option pin_source =
      OPTION(KEYSEAT_OPTION_STRING, KEYSEAT_MARK_SECRET, "pin-source", NULL, NULL);
static const keyseat_option *const options[] = {&key,  &fault, &asking,     &level,
                                                &fast, &tags,  &pin_source, NULL};

KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) {
   static const keyseat_descriptor descriptor = {
         sizeof descriptor,
         PROBE_DRAFT,
         KEYSEAT_CAP_EXPORTABLE | KEYSEAT_CAP_PARALLEL,
         0,
         PROBE_ID,
         "Probe",
         "Keyseat",
         "1.0.0",
         "A plugin for tests.",
         "Apache-2.0",
         NULL,
         options,
         probe_open,
         probe_descriptor_extension,
   };
   return &descriptor;
}
