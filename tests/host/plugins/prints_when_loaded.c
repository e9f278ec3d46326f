// SPDX-License-Identifier: Apache-2.0
//
// A library that writes to the standard output of whoever loads it.

#include <keyseat/plugin.h>

#include <stdio.h>

__attribute__((constructor)) static void print(void) {
   puts("hello");
   fflush(stdout);
}

KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) { return NULL; }
