// SPDX-License-Identifier: Apache-2.0

#include "jose/digest.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>

#include <array>
#include <cstdint>

namespace keyseat {

std::string salted_digest(BytesView salt, std::string_view name, BytesView content) {
   // The length keeps "ab" + "c" and "a" + "bc" apart.
   std::array<std::uint8_t, 8> length{};
   for (std::size_t i = 0; i < length.size(); ++i) {
      length[i] = static_cast<std::uint8_t>(std::uint64_t{name.size()} >> (8 * (7 - i)));
   }
   return sdk::jose::base64url_encode(sdk::jose::sha256({salt, length, as_bytes(name), content}));
}

std::string plain_digest(BytesView content) {
   return sdk::jose::base64url_encode(sdk::jose::sha256(content));
}

} // namespace keyseat
