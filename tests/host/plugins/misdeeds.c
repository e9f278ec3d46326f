// SPDX-License-Identifier: Apache-2.0
//
// The acts of the misbehaving plugin. Each returns the errno of what it tries, 0 when that works.

#include "misdeeds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int crash(void) {
   *(volatile int *)NULL = 0;
   return 0;
}

static int print(void) {
   puts("on standard output");
   fflush(stdout);
   fputs("on standard error\n", stderr);
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

static int flood_the_log(const misbehaving *self, const keyseat_call *call) {
   const keyseat_service_log *log = self->host->get_service(self->host, KEYSEAT_SERVICE_LOG);
   const keyseat_text line = {"once more", 9};
   int i;
   for (i = 0; i < 10000; ++i)
      log->write(self->host, call, KEYSEAT_LOG_INFO, &line);
   return 0;
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

static int act(const misbehaving *self, const keyseat_call *call) {
   const char *what = self->act;
   if (strcmp(what, "crash") == 0) return crash();
   if (strcmp(what, "abort") == 0) abort();
   if (strcmp(what, "exit") == 0) exit(3);
   if (strcmp(what, "hang") == 0) hang();
   if (strcmp(what, "late") == 0) sleep_half_a_second();
   if (strcmp(what, "print") == 0) return print();
   if (strcmp(what, "memory") == 0) return exhaust_memory();
   if (strcmp(what, "flood") == 0) return flood_the_log(self, call);
   if (strcmp(what, "ask-and-crash") == 0 && ask(self, call) == KEYSEAT_OK) return crash();
   return act_of_system(self);
}

static void trace(const misbehaving *self, const char *function, const keyseat_call *call) {
   FILE *file = self->trace[0] == '\0' ? NULL : fopen(self->trace, "a");
   if (file == NULL) return;
   fprintf(file, "%s %02x\n", function, call == NULL ? 0 : call->request_id[0]);
   fclose(file);
}

// True when the act is due.
static int is_due(const misbehaving *self) {
   return self->once[0] == '\0' || make_new_file(self->once);
}

void misbehave(misbehaving *self, const char *function, const keyseat_call *call) {
   trace(self, function, call);
   if (strcmp(self->during, function) == 0 && is_due(self)) self->came_to = act(self, call);
}
