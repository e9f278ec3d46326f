// SPDX-License-Identifier: Apache-2.0
//
// A library that ends whoever loads it.

#include <keyseat/plugin.h>

#ifdef _WIN32
// What abort() of Windows' own C library does, where that of MinGW-w64 exits: __fastfail(FAST_FAIL_FATAL_APP_EXIT).
__attribute__((constructor)) static void end(void) { __asm__ volatile("int $0x29" ::"c"(7)); }
#else
#include <stdlib.h>

__attribute__((constructor)) static void end(void) { abort(); }
#endif

KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) { return NULL; }
