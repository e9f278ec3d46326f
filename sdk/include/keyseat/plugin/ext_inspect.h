// SPDX-License-Identifier: Apache-2.0
//
// Extension of a descriptor: explain a header and encrypted key without opening them. It needs no
// instance and no key, and works on every platform on which the plugin can be built.

#ifndef KEYSEAT_PLUGIN_EXT_INSPECT_H
#define KEYSEAT_PLUGIN_EXT_INSPECT_H

#include <keyseat/plugin/descriptor.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_EXT_INSPECT "keyseat.inspect/1"

// Frozen.
typedef struct keyseat_ext_inspect {
   // Explains what can be read of `header` and `encrypted_key`, both untrusted: which key is needed,
   // how it was wrapped. `explanation` receives a JSON object whose members are strings, numbers and
   // booleans; `needs` says to people what opening takes ("the key file whose key has this kid").
   // KEYSEAT_E_NOT_MINE when this plugin did not make them.
   // [thread-safe]
   keyseat_status(KEYSEAT_CALL *explain)(const keyseat_descriptor *self, const keyseat_call *call,
                                         const keyseat_text *header,
                                         const keyseat_bytes *encrypted_key,
                                         const keyseat_sink *explanation);
} keyseat_ext_inspect;

KEYSEAT_C_END

#endif
