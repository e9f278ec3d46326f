// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/primitives.h>

#include "openssl_context.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace keyseat::sdk::jose {

Digest sha256(BytesView part) { return sha256({part}); }

Digest sha256(std::initializer_list<BytesView> parts) {
   const ErrorScope errors;
   const DigestContextPtr context(EVP_MD_CTX_new());
   if (!context) throw std::bad_alloc();
   require(EVP_DigestInit_ex2(context.get(), openssl().sha256, nullptr), "EVP_DigestInit_ex2");
   for (const BytesView part : parts)
      require(EVP_DigestUpdate(context.get(), part.data(), part.size()), "EVP_DigestUpdate");
   Digest digest;
   require(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr), "EVP_DigestFinal_ex");
   return digest;
}

void random_bytes(std::uint8_t *out, std::size_t size) {
   const ErrorScope errors;
   require(RAND_priv_bytes_ex(openssl().context, out, size, 256), "RAND_priv_bytes_ex");
}

SecretBytes random_secret(SecretMemory memory, std::size_t size) {
   SecretBytes secret(memory, size);
   random_bytes(secret.data(), size);
   return secret;
}

bool constant_time_equal(BytesView a, BytesView b) {
   return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace keyseat::sdk::jose
