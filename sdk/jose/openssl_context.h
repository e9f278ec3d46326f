// SPDX-License-Identifier: Apache-2.0
//
// What the rest of this library needs of OpenSSL: a context, algorithms, owners of its objects, and a
// clean error queue.

#ifndef KEYSEAT_SDK_JOSE_OPENSSL_CONTEXT_H
#define KEYSEAT_SDK_JOSE_OPENSSL_CONTEXT_H

#include <keyseat/sdk/secret.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <memory>

namespace keyseat::sdk::jose {

template <auto Free>
struct OpensslFree {
   template <class T>
   void operator()(T *p) const {
      Free(p);
   }
};

using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using CipherContextPtr = std::unique_ptr<EVP_CIPHER_CTX, OpensslFree<EVP_CIPHER_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;
using KdfContextPtr = std::unique_ptr<EVP_KDF_CTX, OpensslFree<EVP_KDF_CTX_free>>;

// The context of this library and its algorithms, fetched once. Immutable and thread-safe.
struct Openssl {
   OSSL_LIB_CTX *context;
   EVP_MD *sha256;
   EVP_CIPHER *aes_wrap[3]; // of 16, 24, 32 bytes
   EVP_CIPHER *aes_128_gcm;
   EVP_CIPHER *aes_256_gcm;
   EVP_KDF *hkdf;
   EVP_KDF *pbkdf2;
};

// Made at the first use. Reads no configuration file, loads no library: the default provider is part
// of libcrypto, and a context of one's own ignores OPENSSL_CONF. It is never freed, since threads may
// still use it while the process ends.
const Openssl &openssl();

// Puts OpenSSL's error queue of this thread back to what it was, when the scope ends: the
// application's own errors stay, and none of this library's leak to it.
class ErrorScope {
 public:
   ErrorScope() { ERR_set_mark(); }
   ~ErrorScope() { ERR_pop_to_mark(); }
   ErrorScope(const ErrorScope &) = delete;
   ErrorScope &operator=(const ErrorScope &) = delete;
};

// Throws Failure(KEYSEAT_E_INTERNAL) with OpenSSL's last error code as native code.
[[noreturn]] void openssl_failed(const char *operation);

// Throws when OpenSSL returned anything else than 1.
inline void require(int result, const char *operation) {
   if (result != 1) openssl_failed(operation);
}

// Parameters of an operation. The values are borrowed: they outlive the operation.
OSSL_PARAM octets_param(const char *name, BytesView value);
OSSL_PARAM text_param(const char *name, const char *value);

// OpenSSL's own allocator as secret memory: wiped when released, not locked. For what lives only for
// one operation on a public key, where no caller hands over a SecretMemory.
SecretMemory transient_memory();

} // namespace keyseat::sdk::jose

#endif
