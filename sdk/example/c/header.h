// SPDX-License-Identifier: Apache-2.0
//
// Reading a JOSE header: as much JSON as it takes to compare `alg` and `kid`.

#ifndef RAWKEY_HEADER_H
#define RAWKEY_HEADER_H

#include <keyseat/plugin/values.h>

// What a header says of one member.
typedef enum header_answer {
   HEADER_HAS,    // the member occurs once and is the string that was asked for
   HEADER_LACKS,  // there is no such member
   HEADER_DIFFERS // it is something else, or occurs repeatedly, or the header is no JSON object
} header_answer;

// Looks for the top-level member `name` with the string `value`. Neither holds a character that JSON
// escapes, and an escaped spelling of them does not compare equal. Takes any bytes, of any nesting.
header_answer header_ask(const keyseat_text *header, const char *name, const char *value);

#endif
