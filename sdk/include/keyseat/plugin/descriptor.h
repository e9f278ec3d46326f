// SPDX-License-Identifier: Apache-2.0
//
// What a library offers: constant data that a host reads without running plugin code.
//
// Rationale: a library file holds one plugin and is named after it, ID.so or ID.dll. A host finds a
// plugin by its id without loading any other library, so there is no list of descriptors.

#ifndef KEYSEAT_PLUGIN_DESCRIPTOR_H
#define KEYSEAT_PLUGIN_DESCRIPTOR_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/host.h>
#include <keyseat/plugin/instance.h>
#include <keyseat/plugin/option.h>

KEYSEAT_C_BEGIN

typedef struct keyseat_descriptor {
   uint32_t struct_size;
   uint32_t draft;        // KEYSEAT_DRAFT (R-GRW-5)
   uint32_t capabilities; // KEYSEAT_CAP_* that an instance can have at best
   uint32_t reserved;     // 0; a host refuses a library that sets it

   // Labels of [a-z0-9-] joined by dots, at most 64 bytes: a domain that the author holds, reversed
   // ("com.example.vault"). Names without a dot belong to the plugins of this project. Equals the
   // file's name without its suffix. Never changes, is never used again.
   const char *id;
   const char *name;        // "Example Vault"
   const char *vendor;      // "Example Inc."
   const char *version;     // semantic version of the plugin: "1.4.2"
   const char *description; // one sentence
   const char *license;     // SPDX expression; may be null
   const char *url;         // may be null

   const keyseat_option *const *options; // ended by null

   // Opens a protector. `settings` are borrowed for the call, `host` lives until close() has
   // returned. Does not prompt, does not authenticate, does not need the key (R-KEY-1): that is left
   // to the first use. On success stores the instance, which the plugin frees in close().
   // [thread-safe]
   keyseat_status(KEYSEAT_CALL *open)(const struct keyseat_descriptor *self,
                                      const keyseat_host *host, const keyseat_call *call,
                                      const keyseat_setting *settings, size_t settings_size,
                                      const keyseat_instance **instance);

   // Finds an extension that needs no instance (keyseat.inspect/1); null when it is not offered. May
   // be null itself.
   // [thread-safe]
   const void *(KEYSEAT_CALL *get_extension)(const struct keyseat_descriptor *self, const char *id);
} keyseat_descriptor;

KEYSEAT_C_END

#endif
