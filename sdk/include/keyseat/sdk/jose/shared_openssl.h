// SPDX-License-Identifier: Apache-2.0
//
// Sharing a library context of OpenSSL between a host and the plugins in its process.
//
// This library uses OpenSSL through a library context that reads no configuration (primitives.h). Making
// one takes as long as starting a small program, and every copy of this library would make its own: the
// host has one, each plugin another. A host that links this library offers its context as a service; a
// plugin that asks for it at its open() uses the same.
//
//    std::unique_ptr<Protector> open(const Host &host, const Call &, const Settings &settings) {
//       jose::share_openssl(host);
//       ...
//
// The contract knows nothing of it: a host without the service, and a host whose libcrypto is another
// one, leave the plugin with a context of its own.

#ifndef KEYSEAT_SDK_JOSE_SHARED_OPENSSL_H
#define KEYSEAT_SDK_JOSE_SHARED_OPENSSL_H

#include <keyseat/sdk/call.h>

namespace keyseat::sdk::jose {

inline constexpr const char *kOpensslService = "keyseat.jose.openssl/1";

// The service. Frozen.
struct OpensslService {
   void *library_context; // OSSL_LIB_CTX *, with the default provider; never freed
   const void *libcrypto; // where its OSSL_LIB_CTX_new() stands: the same for both sides, or no use
};

// Takes the host's context for this library if none is in use yet. Returns whether this library uses
// the host's. Thread-safe.
bool share_openssl(const Host &host);

// For hosts: the service with this library's own context, which is made for it where need be. Throws
// Failure(KEYSEAT_E_INTERNAL) when OpenSSL fails.
const OpensslService *openssl_service();

} // namespace keyseat::sdk::jose

#endif
