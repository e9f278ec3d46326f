// SPDX-License-Identifier: Apache-2.0
//
// How data crosses the boundary: bytes and text go in as borrowed views, values come out through
// sinks whose storage belongs to the host.

#ifndef KEYSEAT_PLUGIN_VALUES_H
#define KEYSEAT_PLUGIN_VALUES_H

#include <keyseat/plugin/platform.h>

KEYSEAT_C_BEGIN

typedef struct keyseat_bytes {
   const uint8_t *data; // may be null when size is 0
   size_t size;         // bytes
} keyseat_bytes;

// UTF-8 without NUL inside. Text that the host hands to a plugin has a NUL at data[size], too, and
// its data is never null; text that a plugin hands to the host needs neither.
typedef struct keyseat_text {
   const char *data;
   size_t size; // bytes, a final NUL not counted
} keyseat_text;

// Receives one value of unknown length. Frozen.
typedef struct keyseat_sink {
   void *host_data;

   // Makes the value exactly `size` bytes long and returns its storage, which is valid until the
   // next resize() of the same sink or until the call returns. Bytes already there are kept, new
   // ones are zero. Returns null when `size` is beyond the host's limit for this value; the plugin
   // then fails with KEYSEAT_E_LIMIT. A sink that was never resized holds the empty value. `size`
   // 0 returns a pointer that shall not be dereferenced; it is not null.
   // [in-call]
   uint8_t *(KEYSEAT_CALL *resize)(const struct keyseat_sink *sink, size_t size);
} keyseat_sink;

// What a host accepts at most, in bytes. A host may accept more, never less.
#define KEYSEAT_MAX_HEADER 8192u        // header of wrap(), unwrap()
#define KEYSEAT_MAX_ENCRYPTED_KEY 8192u // encrypted key of wrap(), unwrap()
#define KEYSEAT_MAX_KID 512u            // kid of status()
#define KEYSEAT_MAX_TEXT 4096u          // messages for people
#define KEYSEAT_MAX_DOCUMENT 65536u     // JWKs, details, explanations, reports

// Size of a CEK in bytes. Every CEK of this contract has exactly this size.
#define KEYSEAT_CEK_SIZE 32u

KEYSEAT_C_END

#endif
