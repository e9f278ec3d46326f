// SPDX-License-Identifier: Apache-2.0
//
// The plugin's library, as a host has it.

#ifndef KEYSEAT_TESTS_DPAPI_LIBRARY_H
#define KEYSEAT_TESTS_DPAPI_LIBRARY_H

#include "contract/configuration.h"
#include "contract/library.h"
#include "contract/opened.h"

#include <keyseat/plugin/ext_inspect.h>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace keyseat::test {

inline const contract::Library &dpapi_library() {
   static const contract::Library library(DPAPI_LIBRARY);
   return library;
}

// The header of a key of direct mode.
inline constexpr const char *kDirect = R"({"alg":"keyseat.dpapi","kid":"user:AAAA"})";

using DpapiSettings = std::map<std::string, std::string>;

inline std::unique_ptr<contract::Opened> open_dpapi(contract::Host &host,
                                                    const DpapiSettings &settings) {
   return std::make_unique<contract::Opened>(dpapi_library().descriptor(), host, settings);
}

// keyseat.inspect/1
inline contract::TextOutcome inspect_dpapi(contract::Host &host, const std::string &header,
                                           const contract::Bytes &encrypted_key) {
   const keyseat_descriptor &descriptor = dpapi_library().descriptor();
   const auto *table = static_cast<const keyseat_ext_inspect *>(
         descriptor.get_extension(&descriptor, KEYSEAT_EXT_INSPECT));
   contract::TextOutcome result;
   contract::Call call(host);
   contract::Sink sink;
   const keyseat_text view{header.c_str(), header.size()};
   const keyseat_bytes bytes{encrypted_key.data(), encrypted_key.size()};
   result.status = call.run("explain", [&](const keyseat_call *c) {
      return table->explain(&descriptor, c, &view, &bytes, sink.c());
   });
   result.text = sink.text();
   return result;
}

// An encrypted key with a blob of tests/vectors/dpapi, as direct mode has it.
inline contract::Bytes encrypted_key_with(const std::string &blob) {
   const std::string content =
         contract::read_file(std::string(KEYSEAT_TESTS_DIR "/vectors/dpapi/") + blob);
   contract::Bytes key(content.begin(), content.end());
   key.resize(key.size() + 32, 0xcc); // the commitment
   return key;
}

} // namespace keyseat::test

#endif
