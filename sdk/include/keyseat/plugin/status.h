// SPDX-License-Identifier: Apache-2.0
//
// What a function returns, and how a failure explains itself.

#ifndef KEYSEAT_PLUGIN_STATUS_H
#define KEYSEAT_PLUGIN_STATUS_H

#include <keyseat/plugin/platform.h>

KEYSEAT_C_BEGIN

// Grouped by what the host does next. A reader takes a status that it does not know as
// KEYSEAT_E_INTERNAL (R-ERR-3).
typedef int32_t keyseat_status;

#define KEYSEAT_OK 0

// Fix the call or the configuration; repeating cannot help.
#define KEYSEAT_E_UNSUPPORTED 1 // operation, key type or parameter not offered
#define KEYSEAT_E_CONFIG 2      // well-formed but unusable; error.option says which option
#define KEYSEAT_E_KEY_MISSING 3 // the protector has no key yet, or it is gone
#define KEYSEAT_E_KEY_EXISTS 4  // create() without KEYSEAT_KEYS_REPLACE where a key exists
#define KEYSEAT_E_LIMIT 5       // a value is larger than the other side takes
#define KEYSEAT_E_DENIED 6      // permissions or a policy forbid it
#define KEYSEAT_E_KEY_LOST 7    // the key cannot come back: its device was cleared or exchanged

// Ask a person. Never repeated without another answer.
#define KEYSEAT_E_AUTH_REQUIRED 16 // needs a PIN or passphrase, and nobody can be asked
#define KEYSEAT_E_AUTH_FAILED 17   // wrong answer; error.tries_left
#define KEYSEAT_E_AUTH_LOCKED 18   // locked out; error.retry_after_ms
#define KEYSEAT_E_DECLINED 19      // a person declined; the host does not try other recipients

// Bad header or encrypted key.
#define KEYSEAT_E_NOT_MINE 32 // of another key or another algorithm (R-INT-1)
#define KEYSEAT_E_TAMPERED 33 // mine by its looks, and does not unwrap (R-INT-2)
#define KEYSEAT_E_TOO_NEW 34  // made by a newer version of this plugin

// Retry later; error.retry_after_ms.
#define KEYSEAT_E_UNAVAILABLE 48 // device absent, service down, network unreachable
#define KEYSEAT_E_BUSY 49
#define KEYSEAT_E_TIMEOUT 50
#define KEYSEAT_E_CANCELLED 51
#define KEYSEAT_E_NO_MEMORY 52
#define KEYSEAT_E_IO 53

// A defect in the plugin. The host closes the instance.
#define KEYSEAT_E_INTERNAL 64

// Explains a failure (R-ERR-1). Text is UTF-8 with a final NUL; a host cuts what has more than
// KEYSEAT_MAX_TEXT bytes.
typedef struct keyseat_error {
   uint32_t struct_size;
   keyseat_status status;     // what the function is about to return
   uint32_t retry_after_ms;   // 0: no advice
   int32_t tries_left;        // -1: unknown
   int64_t native_code;       // within native_domain; 0: none
   const char *native_domain; // "openssl", "tss2", "pkcs11", "win32", "errno"; may be null
   const char *message;       // what happened, to what: one sentence without final period
   const char *hint;          // what a person can do about it; may be null
   const char *option;        // name of the option that is to blame, in its table; may be null
} keyseat_error;

KEYSEAT_C_END

#endif
