// SPDX-License-Identifier: Apache-2.0
//
// A plugin whose open() unwinds into the host (R-UNW-1).

#include <keyseat/plugin.h>

#include <stdexcept>

namespace {

keyseat_status KEYSEAT_CALL open(const keyseat_descriptor *, const keyseat_host *,
                                 const keyseat_call *, const keyseat_setting *, size_t,
                                 const keyseat_instance **) {
   throw std::runtime_error("out of the plugin");
}

const keyseat_option *const kOptions[] = {nullptr};

} // namespace

extern "C" KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) {
   static const keyseat_descriptor descriptor = {
         sizeof descriptor,
         KEYSEAT_DRAFT,
         0,
         0,
         "test.throws",
         "Throws",
         "Keyseat",
         "1.0.0",
         "A plugin for tests.",
         nullptr,
         nullptr,
         kOptions,
         &open,
         nullptr,
   };
   return &descriptor;
}
