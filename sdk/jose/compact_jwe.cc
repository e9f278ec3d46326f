// SPDX-License-Identifier: Apache-2.0
#include "compact_jwe.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>

namespace keyseat::sdk::jose {

std::string_view trimmed(std::string_view text) {
   constexpr std::string_view kSpaces = " \t\r\n";
   const std::size_t begin = text.find_first_not_of(kSpaces);
   if (begin == std::string_view::npos) return {};
   return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

std::optional<std::array<std::string, 5>> compact_parts(std::string_view text) {
   std::array<std::string, 5> parts;
   for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t dot = text.find('.');
      if ((dot == std::string_view::npos) != (i == 4)) return std::nullopt;
      parts[i] = text.substr(0, dot);
      if (i < 4) text.remove_prefix(dot + 1);
   }
   return parts;
}

std::string seal_compact(std::string_view header, BytesView encrypted_key, BytesView cek,
                         BytesView plaintext) {
   std::array<std::uint8_t, kGcmIvSize> iv{};
   random_bytes(iv.data(), iv.size());
   const std::string protected_header = base64url_encode(as_bytes(header));
   const GcmSealed sealed = aes_gcm_seal(cek, iv, as_bytes(protected_header), plaintext);
   return protected_header + '.' + base64url_encode(encrypted_key) + '.' + base64url_encode(iv) +
          '.' + base64url_encode(sealed.ciphertext) + '.' + base64url_encode(sealed.tag);
}

} // namespace keyseat::sdk::jose
