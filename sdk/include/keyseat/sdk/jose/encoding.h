// SPDX-License-Identifier: Apache-2.0
//
// base64url (RFC 7515 section 2, no padding) and base64 (RFC 4648 section 4, padded). Decoding is
// strict: no white space, no foreign characters, exact padding, unused bits zero, so that each value
// has one spelling. The functions for secrets take a time that depends
// on the length only, not on the bytes.

#ifndef KEYSEAT_SDK_JOSE_ENCODING_H
#define KEYSEAT_SDK_JOSE_ENCODING_H

#include <keyseat/sdk/secret.h>

#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

std::string base64url_encode(BytesView bytes);
std::optional<Bytes> base64url_decode(std::string_view text); // none: not strict base64url

std::string base64_encode(BytesView bytes);
std::optional<Bytes> base64_decode(std::string_view text); // none: not strict base64

// The same for secrets; `out` is appended to. The decoder returns false for text that is not strict,
// and leaves `out` as it was.
void base64url_encode_to(SecretBytes &out, BytesView bytes);
bool base64url_decode_to(SecretBytes &out, std::string_view text);

std::string hex_encode(BytesView bytes); // lower case

} // namespace keyseat::sdk::jose

#endif
