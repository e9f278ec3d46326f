// SPDX-License-Identifier: Apache-2.0
//
// A library that ends whoever loads it.

#include <keyseat/plugin.h>

#include <stdlib.h>

__attribute__((constructor)) static void end(void) { abort(); }

KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) { return NULL; }
