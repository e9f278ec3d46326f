// SPDX-License-Identifier: Apache-2.0
//
// A complete plugin on the C contract alone: wraps CEKs by A256KW (RFC 7518 section 4.4) under a file
// of 32 random bytes. It understands what ../rawkey.cc has wrapped, and the other way round.

#include "header.h"
#include "key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// An opened protector. Nothing in it changes between open() and close(), so that its functions run
// concurrently (KEYSEAT_CAP_PARALLEL).
typedef struct rawkey {
   keyseat_instance c; // what the host holds
   const keyseat_host *host;
   OSSL_LIB_CTX *openssl; // of its own: the default one reads OPENSSL_CONF, which can load code
   char path[];           // the option "key", NUL-terminated
} rawkey;

#define CAPABILITIES (KEYSEAT_CAP_EXPORTABLE | KEYSEAT_CAP_PARALLEL)

static const rawkey *of(const keyseat_instance *self) { return (const rawkey *)self->plugin_data; }

// Explains a failure to the host and returns its status (R-ERR-1).
static keyseat_status fail(const keyseat_call *call, keyseat_status status, const char *message,
                           const char *hint) {
   keyseat_error error = {0};
   error.struct_size = sizeof error;
   error.status = status;
   error.tries_left = -1;
   error.message = message;
   error.hint = hint;
   call->fail(call, &error);
   return status;
}

static keyseat_status fail_in_openssl(const keyseat_call *call) {
   return fail(call, KEYSEAT_E_INTERNAL, "OpenSSL failed", NULL);
}

// Copies a value to the host; 0 when the host does not take it (R-MEM-3).
static int put(const keyseat_sink *sink, const void *data, size_t size) {
   uint8_t *storage = sink->resize(sink, size);
   if (storage == NULL) return 0;
   if (size > 0) memcpy(storage, data, size);
   return 1;
}

static int put_text(const keyseat_sink *sink, const char *text) {
   return put(sink, text, strlen(text));
}

// Secret memory of the host: the key never lies on the stack or in the heap.

static const keyseat_service_secret_memory *secret_memory(const rawkey *self) {
   return self->host->get_service(self->host, KEYSEAT_SERVICE_SECRET_MEMORY);
}

static uint8_t *secret_allocate(const rawkey *self, size_t size) {
   return secret_memory(self)->allocate(self->host, size);
}

static void secret_release(const rawkey *self, uint8_t *secret, size_t size) {
   secret_memory(self)->release(self->host, secret, size);
}

// Turns the states of key_read() into failures.
static keyseat_status fail_to_read(const keyseat_call *call, key_state state) {
   switch (state) {
      case KEY_ABSENT:
         return fail(call, KEYSEAT_E_KEY_MISSING, "there is no key file",
                     "make one: head -c 32 /dev/urandom > FILE; chmod 600 FILE");
      case KEY_REFUSED:
         return fail(call, KEYSEAT_E_DENIED, "the key file is not private", "chmod 600 FILE");
      case KEY_WRONG_SIZE:
         return fail(call, KEYSEAT_E_CONFIG, "the key file does not have 32 bytes", NULL);
      default:
         return fail(call, KEYSEAT_E_IO, "the key file cannot be read", NULL);
   }
}

// Reads the key and its name. On success `*key` is to be given to secret_release().
static keyseat_status read_key(const rawkey *self, const keyseat_call *call, uint8_t **key,
                               char kid[KID_SIZE]) {
   key_state state;
   keyseat_status status = KEYSEAT_OK;
   *key = secret_allocate(self, KEY_SIZE);
   if (*key == NULL) return fail(call, KEYSEAT_E_NO_MEMORY, "no secret memory is left", NULL);
   state = key_read(self->path, *key);
   if (state != KEY_READ) {
      status = fail_to_read(call, state);
   } else if (!key_kid(self->openssl, *key, kid)) {
      status = fail_in_openssl(call);
   }
   if (status != KEYSEAT_OK) secret_release(self, *key, KEY_SIZE);
   return status;
}

static keyseat_status KEYSEAT_CALL rawkey_status(const keyseat_instance *instance,
                                                 const keyseat_call *call,
                                                 keyseat_status_info *info) {
   const rawkey *self = of(instance);
   char kid[KID_SIZE] = "";
   const char *message = "the key is there";
   uint8_t *key = secret_allocate(self, KEY_SIZE);
   key_state state;
   if (key == NULL) return fail(call, KEYSEAT_E_NO_MEMORY, "no secret memory is left", NULL);
   state = key_read(self->path, key);
   if (state == KEY_READ && key_kid(self->openssl, key, kid)) {
      info->health = KEYSEAT_HEALTH_OK;
   } else if (state == KEY_ABSENT) { // no failure (R-KEY-1)
      info->health = KEYSEAT_HEALTH_KEY_MISSING;
      message = "there is no key file";
   } else {
      info->health = KEYSEAT_HEALTH_DOWN;
      message = "the key file cannot be used: it is not private or does not have 32 bytes";
   }
   secret_release(self, key, KEY_SIZE);
   info->capabilities = CAPABILITIES;
   if (!put_text(info->kid, kid) || !put_text(info->message, message)) {
      return fail(call, KEYSEAT_E_LIMIT, "the host does not take the status", NULL);
   }
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL rawkey_wrap(const keyseat_instance *instance,
                                               const keyseat_call *call, const keyseat_bytes *cek,
                                               const keyseat_sink *header,
                                               const keyseat_sink *encrypted_key) {
   const rawkey *self = of(instance);
   uint8_t *key;
   char kid[KID_SIZE];
   char json[64 + KID_SIZE];
   uint8_t wrapped[WRAPPED_CEK_SIZE];
   keyseat_status status;
   int ok;
   if (cek->size != KEYSEAT_CEK_SIZE) {
      return fail(call, KEYSEAT_E_UNSUPPORTED, "a CEK has 32 bytes", NULL);
   }
   status = read_key(self, call, &key, kid);
   if (status != KEYSEAT_OK) return status;
   ok = key_wrap(self->openssl, key, cek->data, wrapped);
   secret_release(self, key, KEY_SIZE);
   if (!ok) return fail_in_openssl(call);
   snprintf(json, sizeof json, "{\"alg\":\"A256KW\",\"kid\":\"%s\"}", kid);
   if (!put_text(header, json) || !put(encrypted_key, wrapped, sizeof wrapped)) {
      return fail(call, KEYSEAT_E_LIMIT, "the host does not take the wrapped key", NULL);
   }
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL rawkey_unwrap(const keyseat_instance *instance,
                                                 const keyseat_call *call,
                                                 const keyseat_text *header,
                                                 const keyseat_bytes *encrypted_key,
                                                 const keyseat_sink *cek) {
   const rawkey *self = of(instance);
   uint8_t *key;
   uint8_t *unwrapped;
   char kid[KID_SIZE];
   keyseat_status status = read_key(self, call, &key, kid);
   if (status != KEYSEAT_OK) return status;
   unwrapped = secret_allocate(self, WRAPPED_CEK_SIZE);
   if (unwrapped == NULL) {
      status = fail(call, KEYSEAT_E_NO_MEMORY, "no secret memory is left", NULL);
   } else if (header_ask(header, "alg", "A256KW") != HEADER_HAS ||
              header_ask(header, "kid", kid) == HEADER_DIFFERS || // without one it may be mine
              encrypted_key->size != WRAPPED_CEK_SIZE) {
      // From alg, kid and shape alone, before the key is used (R-INT-1).
      status = fail(call, KEYSEAT_E_NOT_MINE, "the encrypted key belongs to another key", NULL);
   } else if (!key_unwrap(self->openssl, key, encrypted_key->data, unwrapped)) {
      // The one answer to everything after that (R-INT-2).
      status = fail(call, KEYSEAT_E_TAMPERED, "the encrypted key does not unwrap", NULL);
   } else if (!put(cek, unwrapped, KEYSEAT_CEK_SIZE)) {
      status = fail(call, KEYSEAT_E_LIMIT, "the host does not take the CEK", NULL);
   }
   if (unwrapped != NULL) secret_release(self, unwrapped, WRAPPED_CEK_SIZE);
   secret_release(self, key, KEY_SIZE);
   return status;
}

static const void *KEYSEAT_CALL rawkey_get_extension(const keyseat_instance *instance,
                                                     const char *id) {
   (void)instance;
   (void)id;
   return NULL;
}

static void KEYSEAT_CALL rawkey_close(const keyseat_instance *instance) {
   rawkey *self = instance->plugin_data;
   OSSL_LIB_CTX_free(self->openssl);
   free(self);
}

// The one option, which the host has checked: it is there, a string, an absolute path (R-HST-2).
static keyseat_status KEYSEAT_CALL rawkey_open(const keyseat_descriptor *descriptor,
                                               const keyseat_host *host, const keyseat_call *call,
                                               const keyseat_setting *settings,
                                               size_t settings_size,
                                               const keyseat_instance **instance) {
   const keyseat_text *path = settings[0].text;
   rawkey *self = calloc(1, sizeof *self + path->size + 1);
   (void)descriptor;
   (void)settings_size;
   if (self == NULL) return fail(call, KEYSEAT_E_NO_MEMORY, "out of memory", NULL);
   self->openssl = OSSL_LIB_CTX_new();
   if (self->openssl == NULL) {
      free(self);
      return fail_in_openssl(call);
   }
   self->host = host;
   memcpy(self->path, path->data, path->size); // calloc() has set the NUL
   self->c = (keyseat_instance){self,          rawkey_status,        rawkey_wrap,
                                rawkey_unwrap, rawkey_get_extension, rawkey_close};
   *instance = &self->c;
   return KEYSEAT_OK;
}

static const keyseat_option key_option = {
      .struct_size = sizeof key_option,
      .type = KEYSEAT_OPTION_STRING,
      .marks = KEYSEAT_MARK_REQUIRED | KEYSEAT_MARK_PATH_READ,
      .name = "key",
      .description = "The file of 32 random bytes.",
};

static const keyseat_option *const options[] = {&key_option, NULL};

static const keyseat_descriptor descriptor = {
      .struct_size = sizeof descriptor,
      .draft = KEYSEAT_DRAFT,
      .capabilities = CAPABILITIES,
      .id = "com.example.rawkey-c",
      .name = "Raw key file, in C",
      .vendor = "Example Inc.",
      .version = "1.0.0",
      .description = "Wraps keys under 32 random bytes in a file.",
      .license = "Apache-2.0",
      .options = options,
      .open = rawkey_open,
};

const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) { return &descriptor; }
