// SPDX-License-Identifier: Apache-2.0
//
// The table of a plugin's configuration options, and the settings that open() receives.
//
// The host checks a configuration against the table, prints help from it and derives the JSON
// Schema for editors from it. A plugin sees neither an unknown option nor one of the wrong type,
// and needs no JSON parser (R-HST-2).

#ifndef KEYSEAT_PLUGIN_OPTION_H
#define KEYSEAT_PLUGIN_OPTION_H

#include <keyseat/plugin/values.h>

KEYSEAT_C_BEGIN

// keyseat_option.type. A host refuses a library whose table has a type that it does not know.
#define KEYSEAT_OPTION_STRING 0u
#define KEYSEAT_OPTION_INTEGER 1u // -2^53 .. 2^53
#define KEYSEAT_OPTION_BOOLEAN 2u
#define KEYSEAT_OPTION_ONE_OF 3u // a string out of `choices`
#define KEYSEAT_OPTION_STRING_LIST 4u

// keyseat_option.marks. A host ignores a mark that it does not know, except that an isolating host
// refuses the library: it could not grant what the mark asks for. Paths, devices and addresses that
// no mark declares are out of an isolated plugin's reach (R-HST-3).
#define KEYSEAT_MARK_REQUIRED 1u

// Paths. The host makes them absolute; relative ones start at the folder of the file that named them.
#define KEYSEAT_MARK_PATH_READ 2u   // a file that the plugin reads
#define KEYSEAT_MARK_PATH_WRITE 4u  // a file that it creates or replaces, temporary files beside it
#define KEYSEAT_MARK_PATH_DEVICE 8u // a device

// A host and port, or a URL, that the plugin connects to.
#define KEYSEAT_MARK_ADDRESS 16u

// Names the source of a secret: a path, fd:N, credential:NAME. The host keeps the value to itself; the
// plugin asks for the secret by the option's name (service_prompt.h).
#define KEYSEAT_MARK_SECRET 32u

typedef struct keyseat_option {
   uint32_t struct_size;
   uint32_t type;     // KEYSEAT_OPTION_*
   uint32_t marks;    // KEYSEAT_MARK_*
   uint32_t reserved; // 0; a host refuses a library that sets it

   const char *name;           // kebab-case: [a-z][a-z0-9-]*, at most 64 bytes
   const char *description;    // one sentence
   const char *default_value;  // as text: "machine", "42", "true"; null: none. Not for lists
   const char *const *choices; // for ONE_OF: ended by null; otherwise null
} keyseat_option;

// One option as configured, or its default. Options without either are not among the settings.
// Frozen.
typedef struct keyseat_setting {
   uint32_t type;       // KEYSEAT_OPTION_* of the option
   uint32_t is_default; // nonzero: not configured, the table's default
   int64_t integer;     // INTEGER; BOOLEAN as 0 or 1
   const char *name;
   const keyseat_text *text; // STRING, ONE_OF: one; STRING_LIST: `text_size` of them
   size_t text_size;
} keyseat_setting;

KEYSEAT_C_END

#endif
