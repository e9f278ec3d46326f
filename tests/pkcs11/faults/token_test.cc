// SPDX-License-Identifier: Apache-2.0

#include "pkcs11/faults/token_test.h"

#include <keyseat/sdk/jose/primitives.h>

namespace pkcs11_test {

Subject &subject() {
   static Subject instance;
   return instance;
}

TokenTest::TokenTest() {
   host_.answer = [](const contract::Asked &) {
      return contract::Answer{KEYSEAT_OK, "5678-user-pin"}; // of with_token
   };
}

const keyseat_descriptor &TokenTest::descriptor() {
   static const contract::Library library(subject().library);
   return library.descriptor();
}

std::map<std::string, std::string> TokenTest::settings(const std::string &object) {
   return {{"uri", "pkcs11:token=test;object=" + object}, {"module", subject().module}};
}

std::unique_ptr<contract::Opened> TokenTest::open(const std::string &object) {
   auto chosen = settings(object);
   if (!alg_.empty()) chosen.emplace("alg", alg_);
   return std::make_unique<contract::Opened>(descriptor(), host_, chosen);
}

void TokenTest::ensure_key(const std::string &object, const std::string &key_type) {
   const auto created = open(object)->create(key_type, 0);
   ASSERT_TRUE(created.status == KEYSEAT_OK || created.status == KEYSEAT_E_KEY_EXISTS)
         << created.explained->message;
}

contract::Bytes TokenTest::random_cek() {
   contract::Bytes cek(KEYSEAT_CEK_SIZE);
   keyseat::sdk::jose::random_bytes(cek.data(), cek.size());
   return cek;
}

bool blames_the_device(keyseat_status status) {
   switch (status) {
      case KEYSEAT_E_UNAVAILABLE:
      case KEYSEAT_E_UNSUPPORTED: // a mechanism that is refused all of a sudden
      case KEYSEAT_E_KEY_MISSING: // a search that finds less than there is
      case KEYSEAT_E_AUTH_REQUIRED:
      case KEYSEAT_E_NO_MEMORY:
      case KEYSEAT_E_BUSY:
         return true;
      default:
         return false;
   }
}

} // namespace pkcs11_test
