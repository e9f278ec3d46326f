// SPDX-License-Identifier: Apache-2.0
//
// A plugin that does to its process what the option "act" names, when it wraps: once, if the option "once"
// names a file, which it makes then. It "wraps" by copying, and says in the header how the act came out.

#define _GNU_SOURCE

#include <keyseat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct misbehaving {
   keyseat_instance c;
   const keyseat_host *host;
   char act[32];
   char once[4096];
   char file[4096];
} misbehaving;

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

static void hang(void) {
   for (;;)
      pause();
}

// 0, or the errno of a process that is started.
static int try_to_fork(void) {
   const pid_t child = fork();
   if (child < 0) return errno;
   if (child == 0) hang();
   return 0;
}

static int try_to_exec(void) {
   char *const arguments[] = {"/bin/true", NULL};
   execv("/bin/true", arguments);
   return errno;
}

static int try_to_read(const char *path) {
   const int file = open(path, O_RDONLY | O_CLOEXEC);
   if (file < 0) return errno;
   close(file);
   return 0;
}

static int try_to_write(const char *path) {
   const int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
   if (file < 0) return errno;
   close(file);
   return 0;
}

static int exhaust_memory(void) {
   size_t taken = 0;
   for (; taken < 4096; ++taken) {
      char *chunk = malloc(1 << 20);
      if (chunk == NULL) return ENOMEM;
      *(volatile char *)chunk = 1;
   }
   return 0;
}

static int exhaust_descriptors(void) {
   int taken = 0;
   for (; taken < 100000; ++taken) {
      if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return errno;
   }
   return 0;
}

static void flood(const misbehaving *self, const keyseat_call *call) {
   const keyseat_service_log *log = self->host->get_service(self->host, KEYSEAT_SERVICE_LOG);
   const keyseat_text line = {"once more", 9};
   int i;
   for (i = 0; i < 100000; ++i)
      log->write(self->host, call, KEYSEAT_LOG_INFO, &line);
}

static keyseat_status ask(const misbehaving *self, const keyseat_call *call) {
   const keyseat_service_prompt *service =
         self->host->get_service(self->host, KEYSEAT_SERVICE_PROMPT);
   keyseat_prompt prompt = {0};
   keyseat_bytes answer = {0};
   prompt.struct_size = sizeof prompt;
   prompt.secret = "pin-source";
   prompt.title = "PIN";
   prompt.attempt = 1;
   prompt.tries_left = 3;
   return service->ask(self->host, call, &prompt, &answer);
}

// Returns the errno of what it tries, 0 when that works.
static int act(const misbehaving *self, const keyseat_call *call) {
   const char *what = self->act;
   if (strcmp(what, "crash") == 0) raise(SIGSEGV);
   if (strcmp(what, "abort") == 0) abort();
   if (strcmp(what, "exit") == 0) exit(3);
   if (strcmp(what, "hang") == 0) hang();
   if (strcmp(what, "hang-deaf") == 0) {
      sigset_t all;
      sigfillset(&all);
      sigprocmask(SIG_BLOCK, &all, NULL);
      signal(SIGTERM, SIG_IGN);
      hang();
   }
   if (strcmp(what, "late") == 0) usleep(500 * 1000);
   if (strcmp(what, "print") == 0) {
      puts("on standard output");
      fflush(stdout);
      fputs("on standard error\n", stderr);
   }
   if (strcmp(what, "fork") == 0) return try_to_fork();
   if (strcmp(what, "exec") == 0) return try_to_exec();
   if (strcmp(what, "setsid") == 0) return setsid() < 0 ? errno : 0;
   if (strcmp(what, "kill-parent") == 0) return kill(getppid(), SIGKILL) < 0 ? errno : 0;
   if (strcmp(what, "memory") == 0) return exhaust_memory();
   if (strcmp(what, "descriptors") == 0) return exhaust_descriptors();
   if (strcmp(what, "read") == 0) return try_to_read(self->file);
   if (strcmp(what, "write") == 0) return try_to_write(self->file);
   if (strcmp(what, "flood") == 0) flood(self, call);
   if (strcmp(what, "ask-and-crash") == 0 && ask(self, call) == KEYSEAT_OK) raise(SIGSEGV);
   return 0;
}

// True when the act is due.
static int is_due(const misbehaving *self) {
   int file;
   if (self->once[0] == '\0') return 1;
   file = open(self->once, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
   if (file < 0) return 0;
   close(file);
   return 1;
}

static keyseat_status KEYSEAT_CALL misbehaving_status(const keyseat_instance *self,
                                                      const keyseat_call *call,
                                                      keyseat_status_info *info) {
   (void)self;
   (void)call;
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
   const int result = is_due(of(self)) ? act(of(self), call) : 0;
   snprintf(text, sizeof text, "{\"alg\":\"none\",\"errno\":%d,\"pid\":%d}", result, (int)getpid());
   put(header, text, strlen(text));
   put(encrypted_key, cek->data, cek->size);
   return KEYSEAT_OK;
}

static keyseat_status KEYSEAT_CALL misbehaving_unwrap(const keyseat_instance *self,
                                                      const keyseat_call *call,
                                                      const keyseat_text *header,
                                                      const keyseat_bytes *encrypted_key,
                                                      const keyseat_sink *cek) {
   (void)self;
   (void)header;
   if (!put(cek, encrypted_key->data, encrypted_key->size)) {
      return fail(call, KEYSEAT_E_LIMIT, "too large");
   }
   return KEYSEAT_OK;
}

static const void *KEYSEAT_CALL misbehaving_extension(const keyseat_instance *self,
                                                      const char *id) {
   (void)self;
   (void)id;
   return NULL;
}

static void KEYSEAT_CALL misbehaving_close(const keyseat_instance *self) {
   if (strcmp(of(self)->act, "hang-in-close") == 0) hang();
   free(of(self));
}

static void copy(char *to, size_t room, const keyseat_setting *setting) {
   snprintf(to, room, "%s", setting->text->data);
}

static keyseat_status KEYSEAT_CALL misbehaving_open(
      const keyseat_descriptor *descriptor, const keyseat_host *host, const keyseat_call *call,
      const keyseat_setting *settings, size_t settings_size, const keyseat_instance **instance) {
   misbehaving *self = calloc(1, sizeof *self);
   size_t i;
   (void)descriptor;
   if (self == NULL) return fail(call, KEYSEAT_E_NO_MEMORY, "out of memory");
   for (i = 0; i < settings_size; ++i) {
      if (strcmp(settings[i].name, "act") == 0) copy(self->act, sizeof self->act, &settings[i]);
      if (strcmp(settings[i].name, "once") == 0) copy(self->once, sizeof self->once, &settings[i]);
      if (strcmp(settings[i].name, "file") == 0) copy(self->file, sizeof self->file, &settings[i]);
   }
   if (strcmp(self->act, "crash-in-open") == 0) raise(SIGSEGV);
   if (strcmp(self->act, "fork-in-open") == 0) try_to_fork();
   self->host = host;
   self->c.plugin_data = self;
   self->c.status = misbehaving_status;
   self->c.wrap = misbehaving_wrap;
   self->c.unwrap = misbehaving_unwrap;
   self->c.get_extension = misbehaving_extension;
   self->c.close = misbehaving_close;
   *instance = &self->c;
   return KEYSEAT_OK;
}

#define OPTION(marks, name) \
   { sizeof(keyseat_option), KEYSEAT_OPTION_STRING, marks, 0, name, "Misbehaves.", NULL, NULL }

static const keyseat_option act_option = OPTION(0, "act");
static const keyseat_option once_option = OPTION(KEYSEAT_MARK_PATH_WRITE, "once");
static const keyseat_option file_option = OPTION(0, "file"); // no path, as far as the host knows
static const keyseat_option key_option = OPTION(KEYSEAT_MARK_PATH_READ, "key");
static const keyseat_option pin_option = OPTION(KEYSEAT_MARK_SECRET, "pin-source");
static const keyseat_option *const options[] = {&act_option, &once_option, &file_option,
                                                &key_option, &pin_option,  NULL};

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
