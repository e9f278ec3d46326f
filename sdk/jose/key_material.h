// SPDX-License-Identifier: Apache-2.0
//
// A key pair, or its public half, as OpenSSL's key beside its public numbers.

#ifndef KEYSEAT_SDK_JOSE_KEY_MATERIAL_H
#define KEYSEAT_SDK_JOSE_KEY_MATERIAL_H

#include "openssl_context.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/jwk.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace keyseat::sdk::jose {

struct KeyMaterial {
   KeyPtr key;
   KeyType type;
   PublicNumbers numbers;
};

using KeyMaterialPtr = std::shared_ptr<const KeyMaterial>;

// What RFC 7518 section 6 and RFC 8037 section 2 call a type of key.
struct KeyShape {
   KeyType type;
   std::string_view name; // "P-256"
   std::string_view kty;
   std::string_view crv; // empty: none
   std::size_t size; // EC, OKP: bytes of a coordinate and of `d`; oct: of `k`; RSA: bits, 0: any
   std::string_view alg;
};

const KeyShape &shape_of(KeyType type);
bool is_rsa(KeyType type);

// The members of a private key that are secret, in the order of the JWK's names here.
inline constexpr std::array<const char *, 6> kRsaSecretNames = {"d", "p", "q", "dp", "dq", "qi"};
struct PrivateNumber {
   const char *name;
   SecretBytes value; // big-endian; X25519: as RFC 7748 has it
};
using PrivateNumbers = std::vector<PrivateNumber>;

// Checks sizes, and that the point lies on its curve and is not of low order. `type` of an RSA key is told from its modulus.
// Throw Failure(KEYSEAT_E_CONFIG) that names the member.
KeyMaterialPtr import_public_key(KeyType type, PublicNumbers numbers);

// A key pair, and a key of its own for the public half, without the private numbers.
struct ImportedPair {
   KeyMaterialPtr pair;
   KeyMaterialPtr public_half;
};

// The same, and that the halves belong together.
ImportedPair import_private_key(KeyType type, PublicNumbers numbers, const PrivateNumbers &secrets);

// Such a key for a pair that was generated.
KeyMaterialPtr public_half_of(const KeyMaterial &pair);

// Draws a key pair; not for oct and rsa_other (Failure KEYSEAT_E_UNSUPPORTED).
KeyMaterialPtr generate_key(KeyType type);

// The secret members of a key pair, in lexicographic order of their names.
PrivateNumbers private_numbers(SecretMemory memory, const KeyMaterial &material);

// A Failure(KEYSEAT_E_CONFIG) about a JWK: "the JWK " + `what`.
Failure jwk_failure(const std::string &what);

} // namespace keyseat::sdk::jose

#endif
