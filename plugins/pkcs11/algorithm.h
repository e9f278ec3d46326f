// SPDX-License-Identifier: Apache-2.0
//
// Algorithm: one way in which a key on the token wraps and unwraps CEKs, named as RFC 7518 does.

#ifndef PKCS11_ALGORITHM_H
#define PKCS11_ALGORITHM_H

#include "key.h"
#include "session_pool.h"

#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/protector.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pkcs11 {

using keyseat::sdk::WrappedKey;

// One use of a key, in one session.
struct Operation {
   const CK_FUNCTION_LIST &f;
   CK_SESSION_HANDLE session;
   const Key &key;
   std::string kid;
   SecretMemory memory;
   std::function<void()> confirm; // of a key that wants the PIN for each use; empty otherwise

   void confirm_use() const {
      if (confirm) confirm();
   }
};

// Immutable and thread-safe: what changes is the operation's. Functions throw CryptokiError where the
// token refuses, and tampered() where it is plain that the encrypted key does not belong to the key.
class Algorithm {
 public:
   virtual ~Algorithm() = default;

   virtual std::string_view alg() const = 0;

   // For people: the mechanism, and how it is used.
   virtual std::string mechanism() const = 0;

   virtual WrappedKey wrap(const Operation &op, BytesView cek) const = 0;

   // `header` and `encrypted_key` have the shape of alg(). The result may have any size.
   virtual SecretBytes unwrap(const Operation &op, const jose::JoseHeader &header,
                              BytesView encrypted_key) const = 0;
};

using Algorithms = std::vector<std::shared_ptr<const Algorithm>>;

// What the key's type and usage attributes and the token's mechanisms allow, best first. Modules do
// not always do what they list: verify.
Algorithms algorithms_of(const Key &key, const Mechanisms &mechanisms);

// The parts of it.
Algorithms aes_algorithms(const Key &key, const Mechanisms &mechanisms); // aes.cc
Algorithms rsa_algorithms(const Key &key, const Mechanisms &mechanisms); // rsa.cc
Algorithms ec_algorithms(const Key &key, const Mechanisms &mechanisms);  // ec.cc

// Whether the token takes OAEP with SHA-256 for this key, found out with the public half and without a
// login; none where that shows nothing. Throws CryptokiError.
enum class OaepHash : std::uint8_t { sha1, sha256 };
std::optional<OaepHash> probe_oaep(const CK_FUNCTION_LIST &f, const Session &session,
                                   const Key &key, const Mechanisms &mechanisms);

// Wraps and unwraps a random CEK. Throws CryptokiError; Failure(KEYSEAT_E_UNSUPPORTED) when what comes
// back is something else.
void verify(const Algorithm &algorithm, const Operation &op);

// The first of `algorithms` for which `try_it`, which runs verify() in a session of its own, succeeds.
// One that the token refuses for what it is is passed over; a failure that may pass (the device does
// not answer) is thrown, since another choice would give the key another `alg`. Throws
// Failure(KEYSEAT_E_UNSUPPORTED) that lists the refusals.
std::shared_ptr<const Algorithm> choose(const Algorithms &algorithms,
                                        const std::function<void(const Algorithm &)> &try_it);

} // namespace pkcs11

#endif
