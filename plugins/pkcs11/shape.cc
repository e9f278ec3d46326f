// SPDX-License-Identifier: Apache-2.0

#include "shape.h"

#include <keyseat/sdk/jose/encoding.h>

namespace pkcs11 {

using keyseat::sdk::not_mine;

namespace {

constexpr std::size_t kKidSize = 32; // of a SHA-256 digest: thumbprints, and kids of secret keys

// What kind of key a header is for, by its algorithm.
jose::KeyType type_for(const jose::JoseHeader &header) {
   const std::string &alg = header.alg;
   if (alg == "A256KW" || alg == "A256GCMKW") return jose::KeyType::oct;
   if (alg == "RSA-OAEP" || alg == "RSA-OAEP-256") return jose::KeyType::rsa_other;
   const bool is_agreement = alg == "ECDH-ES+A256KW" && header.epk;
   if (!is_agreement ||
       (header.epk->type() != jose::KeyType::p256 && header.epk->type() != jose::KeyType::p384)) {
      throw not_mine();
   }
   return header.epk->type();
}

bool is_possible_kid(const std::string &kid) {
   const auto digest = jose::base64url_decode(kid);
   return digest && digest->size() == kKidSize;
}

} // namespace

jose::JoseHeader require_possible(std::string_view header, BytesView encrypted_key,
                                  std::string_view wanted_alg) {
   const auto read = jose::read_jose_header(header);
   if (!read || (!wanted_alg.empty() && read->alg != wanted_alg)) throw not_mine();
   if (read->kid && !is_possible_kid(*read->kid)) throw not_mine();
   return jose::require_mine(header, encrypted_key, type_for(*read), read->alg,
                             read->kid.value_or(""));
}

jose::JoseHeader require_mine(std::string_view header, BytesView encrypted_key,
                              const KnownKey &known) {
   std::string alg = known.alg;
   if (alg.empty()) {
      // One of several, which it takes a login to know.
      const auto read = jose::read_jose_header(header);
      if (!read) throw not_mine();
      const bool is_secret = read->alg == "A256KW" || read->alg == "A256GCMKW";
      const bool is_rsa = read->alg == "RSA-OAEP" || read->alg == "RSA-OAEP-256";
      if (known.key.is_rsa() ? !is_rsa : !is_secret) throw not_mine();
      alg = read->alg;
   }
   jose::JoseHeader mine =
         jose::require_mine(header, encrypted_key, known.key.type, alg, known.kid);
   if (known.key.is_rsa() && encrypted_key.size() != known.key.jwk->numbers().n.size()) {
      throw not_mine();
   }
   return mine;
}

} // namespace pkcs11
