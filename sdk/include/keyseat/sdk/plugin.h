// SPDX-License-Identifier: Apache-2.0
//
// The C++ layer over the plugin contract, C++17, headers only. It is compiled into a plugin and is no
// part of the binary interface. An author includes this header, derives one class from Protector,
// and registers it with one macro:
//
//    class Vault final : public keyseat::sdk::Protector { ... status, wrap, unwrap ... };
//
//    keyseat::sdk::Description describe() {
//       keyseat::sdk::Description d;
//       d.id = "com.example.vault";
//       ...
//       d.open = open_vault;
//       return d;
//    }
//
//    KEYSEAT_PLUGIN(describe())
//
// What the layer takes care of:
//
//    - no exception leaves the plugin (R-UNW-1); each failure is explained to the host once and has
//      the status that the host is told (R-ERR-1). Throw Failure (failure.h); std::bad_alloc becomes
//      E_NO_MEMORY, anything else E_INTERNAL without its text
//    - a refused or declined prompt is returned as it is
//    - E_TAMPERED always has the same text (R-INT-2); a CEK of a wrong size is one more E_TAMPERED
//    - outputs go to the host's sinks, secrets without a copy in ordinary memory; what the host
//      does not take is E_LIMIT
//    - extensions are offered by deriving from KeyManager, PublicKeyExporter, Approver or SelfTester
//      beside Protector
//
// What remains the author's: R-INT-1 and R-INT-3, thread-safety where KEYSEAT_CAP_PARALLEL is reported,
// no secret in a text, and the rules of the process (R-PRC-*).

#ifndef KEYSEAT_SDK_PLUGIN_H
#define KEYSEAT_SDK_PLUGIN_H

#include <keyseat/plugin.h>
#include <keyseat/sdk/description.h>
#include <keyseat/sdk/detail/descriptor.h>

// Defines keyseat_plugin_v1() for the Description that the expression yields. Once in each library, at
// namespace scope. The expression is evaluated once, by the first call; it does no I/O.
#define KEYSEAT_PLUGIN(...)                                                                   \
   static ::keyseat::sdk::Description keyseat_plugin_description() { return __VA_ARGS__; }    \
   extern "C" KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) { \
      return ::keyseat::sdk::detail::Registration<keyseat_plugin_description>::descriptor();  \
   }                                                                                          \
   static_assert(true, "a semicolon may follow")

#endif
