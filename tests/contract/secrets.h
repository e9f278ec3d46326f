// SPDX-License-Identifier: Apache-2.0
//
// Secrets that a test has planted, and the search for them in text (R-ERR-2). Thread-safe.

#ifndef KEYSEAT_TESTS_CONTRACT_SECRETS_H
#define KEYSEAT_TESTS_CONTRACT_SECRETS_H

#include <keyseat/sdk/bytes.h>

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace contract {

class Secrets {
 public:
   // Adds a secret in its usual spellings: raw, hexadecimal, base64, base64url.
   void plant(keyseat::sdk::BytesView secret);

   // Adds the key material of a key file: `d`, `k` and the primes of a JWK, or the whole of a file
   // that is no JSON.
   void plant_key_file(const std::string &content);

   bool occur_in(std::string_view text) const;

 private:
   mutable std::mutex mutex_;
   std::vector<std::string> spellings_;
};

} // namespace contract

#endif
