// SPDX-License-Identifier: Apache-2.0
//
// JWE Compact Serialization (RFC 7516 section 7.1) with A256GCM: the form of key files.

#ifndef KEYSEAT_SDK_JOSE_COMPACT_JWE_H
#define KEYSEAT_SDK_JOSE_COMPACT_JWE_H

#include <keyseat/sdk/secret.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

// Without white space at both ends.
std::string_view trimmed(std::string_view text);

// Header, encrypted key, IV, ciphertext and tag, still encoded; none unless there are five parts.
std::optional<std::array<std::string, 5>> compact_parts(std::string_view text);

// Encrypts `plaintext` under `cek` (32 bytes) with a random IV; `header`, JSON, is authenticated.
std::string seal_compact(std::string_view header, BytesView encrypted_key, BytesView cek,
                         BytesView plaintext);

} // namespace keyseat::sdk::jose

#endif
