// SPDX-License-Identifier: Apache-2.0
//
// KeySealing: how a private JWK is protected at rest. What a plugin that keeps its key in a file
// implements; KeyFileProtector (key_file_protector.h) does the rest.

#ifndef KEYSEAT_SDK_JOSE_KEY_SEALING_H
#define KEYSEAT_SDK_JOSE_KEY_SEALING_H

#include <keyseat/sdk/call.h>
#include <keyseat/sdk/jose/details.h>
#include <keyseat/sdk/jose/jwk.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

// What a key file shows without being unsealed.
struct SealingFacts {
   bool is_sealed = true;          // false: the file is a JWK in clear, and speaks for itself
   std::uint32_t capabilities = 0; // KEYSEAT_CAP_*, beyond KEY_PAIR and PARALLEL
   std::string description;        // "under a passphrase"; empty where there is nothing to say
   Details details;                // for status()
};

// Implementations are immutable: every function may be called by several threads at once. All throw
// Failure. The key file is the owner's, so that a failure may say all that is known about it; what
// does not unseal is no encrypted key of a stranger (R-INT-2 is about those).
class KeySealing {
 public:
   virtual ~KeySealing() = default;

   // Reads the content of a key file as far as that takes no secret, no prompt and no device. Throws
   // Failure: KEYSEAT_E_CONFIG for what is no key file of this kind, KEYSEAT_E_TOO_NEW.
   virtual SealingFacts read(std::string_view content) const = 0;

   // The key in `content`, which read() has accepted. May prompt. `path` is for messages.
   virtual PrivateJwk unseal(const Call &call, const std::string &path,
                             std::string_view content) const = 0;

   // The content of a key file for a new key. May prompt. `encrypted`: KEYSEAT_KEYS_ENCRYPTED was
   // asked for; KEYSEAT_E_UNSUPPORTED where there is no passphrase to this kind of sealing.
   virtual SecretBytes seal(const Call &call, const std::string &path, const PrivateJwk &key,
                            bool encrypted) const = 0;
};

// The last part of a path, for titles of prompts.
std::string file_name(const std::string &path);

} // namespace keyseat::sdk::jose

#endif
