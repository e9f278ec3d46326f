// SPDX-License-Identifier: Apache-2.0
//
// Extension of an instance: approve the state of the machine that the key's policy is bound to.

#ifndef KEYSEAT_PLUGIN_EXT_APPROVE_H
#define KEYSEAT_PLUGIN_EXT_APPROVE_H

#include <keyseat/plugin/instance.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_EXT_APPROVE "keyseat.approve/1"

// Frozen.
typedef struct keyseat_ext_approve {
   // Approves the present state (PCR values of a TPM, say), so that the key opens in it. No
   // credential is touched. `report` receives a JSON object that says what was approved.
   // KEYSEAT_E_UNSUPPORTED where the key's policy does not allow it.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *approve)(const keyseat_instance *self, const keyseat_call *call,
                                         const keyseat_sink *report);
} keyseat_ext_approve;

KEYSEAT_C_END

#endif
