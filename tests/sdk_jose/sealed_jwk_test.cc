// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <keyseat/sdk/jose/sealed_jwk.h>

namespace keyseat::test {
namespace {

using namespace sdk::jose;

// Sealing under a device that gives the CEK back as it got it.
class SealedJwkTest : public JoseTest {
 protected:
   std::string sealed(const PrivateJwk &key) {
      return seal_jwk(key, [this](BytesView cek) {
         cek_ = to_bytes(cek);
         return sdk::WrappedKey{R"({"alg":"com.example.chest","slot":"7"})", {1, 2, 3}};
      });
   }

   // The JWE with another header, and no tag that fits.
   std::string with_header(std::string_view jwe, std::string_view header) {
      return base64url_encode(sdk::as_bytes(header)) + std::string(jwe.substr(jwe.find('.')));
   }

   Bytes cek_;
};

TEST_F(SealedJwkTest, OpensUnderItsCekAndShowsItsHeader) {
   for (const KeyType type : {KeyType::p256, KeyType::oct, KeyType::rsa2048}) {
      const PrivateJwk key = generated(type);
      const SealedJwk read = read_sealed_jwk(sealed(key) + "\n");
      EXPECT_EQ(read.alg, "com.example.chest");
      EXPECT_EQ(read.encrypted_key, (Bytes{1, 2, 3}));
      EXPECT_EQ(JsonTree(read.header).root().find("slot").public_text(), "7");
      const auto opened = open_sealed_jwk(memory, read, cek_);
      ASSERT_TRUE(opened);
      EXPECT_EQ(opened->kid(), key.kid());
   }
}

TEST_F(SealedJwkTest, DoesNotOpenUnderAnotherCek) {
   const SealedJwk read = read_sealed_jwk(sealed(generated(KeyType::x25519)));
   EXPECT_FALSE(open_sealed_jwk(memory, read, Bytes(32)));
}

TEST_F(SealedJwkTest, RefusesEachAlteredCharacter) {
   const std::string jwe = sealed(generated(KeyType::x25519));
   for (std::size_t i = 0; i < jwe.size(); ++i) {
      std::string altered = jwe;
      altered[i] = altered[i] == 'A' ? 'B' : 'A';
      try {
         const SealedJwk read = read_sealed_jwk(altered);
         const bool in_encrypted_key = read.encrypted_key != Bytes{1, 2, 3};
         EXPECT_TRUE(in_encrypted_key || !open_sealed_jwk(memory, read, cek_)) << i;
      } catch (const Failure &failure) {
         EXPECT_TRUE(failure.status() == KEYSEAT_E_CONFIG || failure.status() == KEYSEAT_E_TOO_NEW)
               << i << " " << failure.message();
      }
   }
}

TEST_F(SealedJwkTest, RefusesEachTruncation) {
   const std::string jwe = sealed(generated(KeyType::x25519));
   for (std::size_t size = 0; size < jwe.size(); ++size) {
      try {
         EXPECT_FALSE(open_sealed_jwk(memory, read_sealed_jwk(jwe.substr(0, size)), cek_)) << size;
      } catch (const Failure &failure) {
         EXPECT_EQ(failure.status(), KEYSEAT_E_CONFIG) << size;
      }
   }
}

TEST_F(SealedJwkTest, RefusesOtherHeaders) {
   const std::string jwe = sealed(generated(KeyType::x25519));
   for (const char *header :
        {"", "[]", "{}", R"({"alg":7,"cty":"jwk+json","enc":"A256GCM","ks_v":1})",
         R"({"alg":"x.y","cty":"jwk+json","enc":"A256GCM"})",
         R"({"alg":"x.y","cty":"jwk+json","enc":"A256GCM","ks_v":"1"})",
         R"({"alg":"x.y","cty":"jwk+json","enc":"A128GCM","ks_v":1})",
         R"({"alg":"x.y","cty":"text","enc":"A256GCM","ks_v":1})",
         R"({"alg":"x.y","cty":"jwk+json","enc":"A256GCM","ks_v":1,"zip":"DEF"})",
         R"({"alg":"x.y","cty":"jwk+json","enc":"A256GCM","ks_v":1,"crit":[]})"}) {
      EXPECT_EQ(failure_of([&] { read_sealed_jwk(with_header(jwe, header)); }).status(),
                KEYSEAT_E_CONFIG)
            << header;
   }
   const char *newer = R"({"alg":"x.y","cty":"jwk+json","enc":"A256GCM","ks_v":2})";
   EXPECT_EQ(failure_of([&] { read_sealed_jwk(with_header(jwe, newer)); }).status(),
             KEYSEAT_E_TOO_NEW);
}

} // namespace
} // namespace keyseat::test
