// SPDX-License-Identifier: Apache-2.0
#include "openssl_context.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/shared_openssl.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <atomic>

namespace keyseat::sdk::jose {
namespace {

template <class T>
T *fetched(T *algorithm, const char *name) {
   if (algorithm == nullptr) openssl_failed(name);
   return algorithm;
}

EVP_CIPHER *fetch_cipher(OSSL_LIB_CTX *context, const char *name) {
   return fetched(EVP_CIPHER_fetch(context, name, nullptr), name);
}

EVP_KDF *fetch_kdf(OSSL_LIB_CTX *context, const char *name) {
   return fetched(EVP_KDF_fetch(context, name, nullptr), name);
}

// What a host has offered before this library's context was made.
std::atomic<OSSL_LIB_CTX *> offered_context = nullptr;

OSSL_LIB_CTX *make_context() {
   // RAND_priv_bytes_ex() and others load the configuration of the default context although they work in
   // another one. Whoever wants it loaded does so before; from here on it is not.
   if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) != 1)
      openssl_failed("OPENSSL_init_crypto");
   OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
   if (context == nullptr) openssl_failed("OSSL_LIB_CTX_new");
   // Named, so that OpenSSL does not look for providers that a configuration might add.
   fetched(OSSL_PROVIDER_load(context, "default"), "OSSL_PROVIDER_load");
   return context;
}

// Two libraries see the function at the same place when they are bound to the same libcrypto.
const void *place_of_libcrypto() { return reinterpret_cast<const void *>(&OSSL_LIB_CTX_new); }

Openssl make_openssl() {
   const ErrorScope errors;
   OSSL_LIB_CTX *context = offered_context;
   if (context == nullptr) context = make_context();
   return {context,
           fetched(EVP_MD_fetch(context, "SHA2-256", nullptr), "SHA2-256"),
           {fetch_cipher(context, "AES-128-WRAP"), fetch_cipher(context, "AES-192-WRAP"),
            fetch_cipher(context, "AES-256-WRAP")},
           fetch_cipher(context, "AES-128-GCM"),
           fetch_cipher(context, "AES-256-GCM"),
           fetch_kdf(context, "HKDF"),
           fetch_kdf(context, "PBKDF2")};
}

void *KEYSEAT_CALL allocate_transient(const keyseat_host *, std::size_t size) {
   return OPENSSL_zalloc(size);
}

void KEYSEAT_CALL release_transient(const keyseat_host *, void *p, std::size_t size) {
   OPENSSL_clear_free(p, size);
}

constexpr keyseat_service_secret_memory kTransientService = {allocate_transient, release_transient};

} // namespace

const Openssl &openssl() {
   static const Openssl instance = make_openssl();
   return instance;
}

bool share_openssl(const Host &host) {
   const auto *service =
         static_cast<const OpensslService *>(host.c()->get_service(host.c(), kOpensslService));
   if (service == nullptr || service->libcrypto != place_of_libcrypto()) return false;
   auto *const context = static_cast<OSSL_LIB_CTX *>(service->library_context);
   OSSL_LIB_CTX *none = nullptr;
   offered_context.compare_exchange_strong(none, context);
   return openssl().context == context;
}

const OpensslService *openssl_service() {
   static const OpensslService service{openssl().context, place_of_libcrypto()};
   return &service;
}

void openssl_failed(const char *operation) {
   const unsigned long code = ERR_peek_last_error();
   throw Failure(KEYSEAT_E_INTERNAL, std::string("OpenSSL fails in ") + operation)
         .with_native("openssl", static_cast<std::int64_t>(code));
}

// OpenSSL takes values by pointers to non-const and only reads them.
OSSL_PARAM octets_param(const char *name, BytesView value) {
   static const std::uint8_t nothing = 0; // a null pointer is refused, even for no bytes
   const std::uint8_t *data = value.empty() ? &nothing : value.data();
   // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): as said above
   return OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t *>(data), value.size());
}

OSSL_PARAM text_param(const char *name, const char *value) {
   // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): as said above
   return OSSL_PARAM_construct_utf8_string(name, const_cast<char *>(value), 0);
}

SecretMemory transient_memory() { return {nullptr, &kTransientService}; }

} // namespace keyseat::sdk::jose
