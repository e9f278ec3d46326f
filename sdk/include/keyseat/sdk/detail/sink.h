// SPDX-License-Identifier: Apache-2.0
//
// Values on their way to the host. A detail of the layer.

#ifndef KEYSEAT_SDK_DETAIL_SINK_H
#define KEYSEAT_SDK_DETAIL_SINK_H

#include <keyseat/sdk/bytes.h>
#include <keyseat/sdk/failure.h>

#include <cstring>
#include <string>
#include <string_view>

namespace keyseat::sdk::detail {

// Copies `value` straight to the host's storage, with no copy between: a secret's goes through here
// too. Throws Failure(E_LIMIT) when the host does not take that much; `name` is what it is called.
inline void put(const keyseat_sink *sink, BytesView value, const char *name) {
   std::uint8_t *storage = sink->resize(sink, value.size());
   if (storage == nullptr) {
      throw Failure(KEYSEAT_E_LIMIT, "the host does not take a " + std::string(name) + " of " +
                                           std::to_string(value.size()) + " bytes");
   }
   if (!value.empty()) std::memcpy(storage, value.data(), value.size());
}

inline void put(const keyseat_sink *sink, std::string_view value, const char *name) {
   put(sink, as_bytes(value), name);
}

inline keyseat_text text(std::string_view value) { return {value.data(), value.size()}; }

inline std::string_view view(const keyseat_text *value) { return {value->data, value->size}; }

} // namespace keyseat::sdk::detail

#endif
