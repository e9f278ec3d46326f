// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/primitives.h>

#include "openssl_context.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

namespace keyseat::sdk::jose {
namespace {

SecretBytes derive(SecretMemory memory, EVP_KDF *kdf, const OSSL_PARAM params[], std::size_t size) {
   const KdfContextPtr context(EVP_KDF_CTX_new(kdf));
   if (!context) throw std::bad_alloc();
   SecretBytes key(memory, size);
   require(EVP_KDF_derive(context.get(), key.data(), key.size(), params), "EVP_KDF_derive");
   return key;
}

struct BigEndian {
   explicit BigEndian(std::size_t value)
         : bytes{static_cast<std::uint8_t>(value >> 24 & 255),
                 static_cast<std::uint8_t>(value >> 16 & 255),
                 static_cast<std::uint8_t>(value >> 8 & 255),
                 static_cast<std::uint8_t>(value & 255)} {}
   std::array<std::uint8_t, 4> bytes;
};

} // namespace

SecretBytes hkdf_sha256(SecretMemory memory, BytesView key, BytesView salt, BytesView info,
                        std::size_t size) {
   const ErrorScope errors;
   const OSSL_PARAM params[] = {
         text_param(OSSL_KDF_PARAM_DIGEST, "SHA2-256"), octets_param(OSSL_KDF_PARAM_KEY, key),
         octets_param(OSSL_KDF_PARAM_SALT, salt), octets_param(OSSL_KDF_PARAM_INFO, info),
         OSSL_PARAM_construct_end()};
   return derive(memory, openssl().hkdf, params, size);
}

SecretBytes pbkdf2(SecretMemory memory, bool sha512, BytesView passphrase, BytesView salt,
                   std::uint32_t iterations, std::size_t size) {
   const ErrorScope errors;
   // The least salt and iterations of SP 800-132 are not OpenSSL's to enforce: callers judge them.
   int no_limits = 1;
   const OSSL_PARAM params[] = {text_param(OSSL_KDF_PARAM_DIGEST, sha512 ? "SHA2-512" : "SHA2-256"),
                                octets_param(OSSL_KDF_PARAM_PASSWORD, passphrase),
                                octets_param(OSSL_KDF_PARAM_SALT, salt),
                                OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_ITER, &iterations),
                                OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &no_limits),
                                OSSL_PARAM_construct_end()};
   return derive(memory, openssl().pbkdf2, params, size);
}

// One round: SHA-256 over the counter 1, Z and OtherInfo (SP 800-56A section 5.8.1).
SecretBytes concat_kdf(SecretMemory memory, BytesView shared_secret, std::string_view alg,
                       BytesView apu, BytesView apv, std::size_t size) {
   Digest digest = sha256({BigEndian(1).bytes, shared_secret, BigEndian(alg.size()).bytes,
                           as_bytes(alg), BigEndian(apu.size()).bytes, apu,
                           BigEndian(apv.size()).bytes, apv, BigEndian(8 * size).bytes});
   if (size > digest.size())
      throw Failure(KEYSEAT_E_INTERNAL, "Concat KDF yields 32 bytes at most");
   SecretBytes key(memory, size);
   if (size > 0) std::memcpy(key.data(), digest.data(), size);
   OPENSSL_cleanse(digest.data(), digest.size());
   return key;
}

} // namespace keyseat::sdk::jose
