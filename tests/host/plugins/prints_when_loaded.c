// SPDX-License-Identifier: Apache-2.0
//
// A library that writes to the standard output of whoever loads it.

#include <stdio.h>

__attribute__((constructor)) static void print(void) {
   puts("hello");
   fflush(stdout);
}
