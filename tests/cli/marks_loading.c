// SPDX-License-Identifier: Apache-2.0
//
// An OpenSSL provider that offers nothing and leaves a mark: whoever loads it creates the file that
// MARKS_LOADING names.
#define _GNU_SOURCE // for O_CLOEXEC
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void mark(void) {
   const char *file = getenv("MARKS_LOADING");
   if (file == NULL) return;
   const int descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
   if (descriptor >= 0) close(descriptor);
}
