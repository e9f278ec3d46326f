// SPDX-License-Identifier: Apache-2.0
//
// Acts that take Windows.

#include "misdeeds.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <windows.h>

void hang(void) { Sleep(INFINITE); }

void sleep_half_a_second(void) { Sleep(500); }

int make_new_file(const char *path) {
   const HANDLE file =
         CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
   if (file == INVALID_HANDLE_VALUE) return 0;
   CloseHandle(file);
   return 1;
}

static int start_process(void) {
   char line[] = "cmd.exe /c pause";
   STARTUPINFOA startup = {0};
   PROCESS_INFORMATION started;
   startup.cb = sizeof startup;
   if (!CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started)) {
      return EPERM;
   }
   CloseHandle(started.hThread);
   CloseHandle(started.hProcess);
   return 0;
}

int act_of_system(const misbehaving *self) {
   if (strcmp(self->act, "hang-deaf") == 0) hang();
   if (strcmp(self->act, "fork") == 0) return start_process();
   return 0;
}
