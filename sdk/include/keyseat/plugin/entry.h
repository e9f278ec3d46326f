// SPDX-License-Identifier: Apache-2.0
//
// The one symbol that a plugin library exports.

#ifndef KEYSEAT_PLUGIN_ENTRY_H
#define KEYSEAT_PLUGIN_ENTRY_H

#include <keyseat/plugin/descriptor.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_ENTRY_SYMBOL "keyseat_plugin_v1"

// Returns the descriptor, the same one each time. Does no I/O, starts no thread, reads no
// environment, takes less than a millisecond: hosts call it to list plugins. Null when memory ran out.
// [entry]
typedef const keyseat_descriptor *(KEYSEAT_CALL *keyseat_plugin_v1_fn)(void);

KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void);

KEYSEAT_C_END

#endif
