// SPDX-License-Identifier: Apache-2.0
//
// Salted digests of canonical forms, as `ks_binding` holds them.

#ifndef KEYSEAT_JOSE_DIGEST_H
#define KEYSEAT_JOSE_DIGEST_H

#include <keyseat/secret.h>

#include <string>

namespace keyseat {

// base64url of SHA-256(salt || length of `name` as 8 bytes, big-endian || `name` || `content`).
std::string salted_digest(BytesView salt, std::string_view name, BytesView content);

// base64url of SHA-256(content).
std::string plain_digest(BytesView content);

} // namespace keyseat

#endif
