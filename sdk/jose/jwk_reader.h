// SPDX-License-Identifier: Apache-2.0
//
// The members of a JWK, decoded, and checked as far as that needs no cryptography.

#ifndef KEYSEAT_SDK_JOSE_JWK_READER_H
#define KEYSEAT_SDK_JOSE_JWK_READER_H

#include "key_material.h"

#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

struct JwkMembers {
   KeyType type;
   PublicNumbers numbers;
   PrivateNumbers secrets; // `k` of oct, too; none where public members were asked for
   std::string alg;        // the key's usual one, where the JWK has none
   std::string kid;        // empty: none
};

// Read a JWK with exactly a public half, or with a private one. Throw Failure(KEYSEAT_E_CONFIG).
JwkMembers read_public_members(std::string_view json);
JwkMembers read_private_members(SecretMemory memory, std::string_view json);

// The members of a JWK of `kty` oct without its `k`; none when `kty` is another one. Throws
// Failure(KEYSEAT_E_CONFIG), also when there is a `k`, or no `kid`.
std::optional<JwkMembers> read_oct_facts(std::string_view json);

// Whether a key of this type works with `alg`.
bool alg_fits(KeyType type, std::string_view alg);

} // namespace keyseat::sdk::jose

#endif
