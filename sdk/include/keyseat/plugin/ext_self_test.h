// SPDX-License-Identifier: Apache-2.0
//
// Extension of an instance: known-answer tests and tests of the device.

#ifndef KEYSEAT_PLUGIN_EXT_SELF_TEST_H
#define KEYSEAT_PLUGIN_EXT_SELF_TEST_H

#include <keyseat/plugin/instance.h>

KEYSEAT_C_BEGIN

#define KEYSEAT_EXT_SELF_TEST "keyseat.self-test/1"

// Frozen.
typedef struct keyseat_ext_self_test {
   // Runs the tests, which may take seconds and may prompt. `report` receives a JSON array of objects
   // with `name` (string), `passed` (boolean) and `detail` (string). KEYSEAT_OK says that the tests
   // ran, not that they passed.
   // [per-instance]
   keyseat_status(KEYSEAT_CALL *run)(const keyseat_instance *self, const keyseat_call *call,
                                     const keyseat_sink *report);
} keyseat_ext_self_test;

KEYSEAT_C_END

#endif
