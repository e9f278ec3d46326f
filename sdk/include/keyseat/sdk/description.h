// SPDX-License-Identifier: Apache-2.0
//
// Description: what a plugin library offers (keyseat_descriptor), in C++.

#ifndef KEYSEAT_SDK_DESCRIPTION_H
#define KEYSEAT_SDK_DESCRIPTION_H

#include <keyseat/sdk/call.h>
#include <keyseat/sdk/protector.h>
#include <keyseat/sdk/settings.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat::sdk {

// All text is constant: it lives as long as the process. Members as in keyseat/plugin/descriptor.h.
struct Description {
   const char *id = nullptr;
   const char *name = nullptr;
   const char *vendor = nullptr;
   const char *version = nullptr;
   const char *description = nullptr;
   const char *license = nullptr;  // may be null
   const char *url = nullptr;      // may be null
   std::uint32_t capabilities = 0; // KEYSEAT_CAP_*, at best
   std::vector<Option> options = {};

   // Makes a protector from checked settings. Does not prompt and does not need the key (R-KEY-1).
   // Throws Failure. Called by any thread at any time.
   std::unique_ptr<Protector> (*open)(const Host &host, const Call &call,
                                      const Settings &settings) = nullptr;

   // Extension keyseat.inspect/1: explains what wrap() made, both parts untrusted, as a flat JSON
   // object. Throws Failure; not_mine() for what this plugin does not make. May be null: not offered.
   std::string (*inspect)(std::string_view header, BytesView encrypted_key) = nullptr;
};

} // namespace keyseat::sdk

#endif
