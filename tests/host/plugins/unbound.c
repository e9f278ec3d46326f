// SPDX-License-Identifier: Apache-2.0
//
// A library that needs a symbol that nobody has: it does not load with all symbols bound.

#include <keyseat/plugin.h>

extern const keyseat_descriptor *nobody_has_this(void);

KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) {
   return nobody_has_this();
}
