// SPDX-License-Identifier: Apache-2.0
//
// Reading a JOSE header: as much JSON as it takes to compare `alg` and `kid`.

#ifndef RAWKEY_HEADER_H
#define RAWKEY_HEADER_H

#include <keyseat/plugin/values.h>

// Whether `header` is a JSON object whose top-level member `name` occurs once and is the string
// `value`. Neither `name` nor `value` holds a character that JSON escapes, and an escaped spelling of
// them does not compare equal. False for what is no JSON object. Takes any bytes, of any nesting.
int header_has(const keyseat_text *header, const char *name, const char *value);

#endif
