// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <keyseat/sdk/jose/encrypted_jwk.h>

namespace keyseat::test {
namespace {

using namespace sdk::jose;

class EncryptedJwk : public JoseTest {};

constexpr std::string_view kPassphrase = "correct horse";

TEST_F(EncryptedJwk, OpensUnderItsPassphraseOnly) {
   const PrivateJwk key = generated(KeyType::p256);
   const std::string jwe = encrypt_jwk(key, sdk::as_bytes(kPassphrase), 1000);
   EXPECT_TRUE(is_encrypted_jwk(jwe));
   const auto opened = decrypt_jwk(memory, jwe + "\n", sdk::as_bytes(kPassphrase));
   ASSERT_TRUE(opened);
   EXPECT_EQ(opened->kid(), key.kid());
   EXPECT_FALSE(decrypt_jwk(memory, jwe, sdk::as_bytes("correct hors")));
}

TEST_F(EncryptedJwk, ReadsWhatOtherToolsWrite) {
   const Vectors vectors("encrypted-jwk.json");
   for (JsonValue v = vectors["vectors"].first(); v.exists(); v = v.next()) {
      EXPECT_TRUE(is_encrypted_jwk(text_of(v, "jwe")));
      const auto key = decrypt_jwk(memory, text_of(v, "jwe"), sdk::as_bytes(kPassphrase));
      ASSERT_TRUE(key) << text_of(v, "made_by");
      EXPECT_EQ(key->public_half()->kid(), private_jwk(raw_of(v, "jwk")).public_half()->kid());
   }
}

TEST_F(EncryptedJwk, RefusesIterationsOutOfRangeBeforeItUsesThePassphrase) {
   for (const char *p2c : {"999", "2000001", "0", "-1", "1e4", "99999999999999", "\"4096\""}) {
      const std::string header =
            std::string(
                  R"({"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2s":"AAAAAAAAAAAAAAAAAAAAAA","p2c":)") +
            p2c + "}";
      const std::string jwe = base64url_encode(sdk::as_bytes(header)) + "." +
                              base64url_encode(Bytes(40)) + "." + base64url_encode(Bytes(12)) +
                              ".AA." + base64url_encode(Bytes(16));
      EXPECT_EQ(failure_of([&] { check_encrypted_jwk(jwe); }).status(), KEYSEAT_E_CONFIG) << p2c;
   }
   const PrivateJwk key = generated(KeyType::x25519);
   EXPECT_EQ(failure_of([&] { encrypt_jwk(key, {}, 999); }).status(), KEYSEAT_E_CONFIG);
}

TEST_F(EncryptedJwk, RefusesEveryTruncation) {
   const std::string jwe =
         encrypt_jwk(generated(KeyType::x25519), sdk::as_bytes(kPassphrase), 1000);
   for (std::size_t size = 0; size < jwe.size(); size += 3) {
      const std::string cut = jwe.substr(0, size);
      bool opened = false;
      const Failure failure = failure_of(
            [&] { opened = decrypt_jwk(memory, cut, sdk::as_bytes(kPassphrase)).has_value(); });
      EXPECT_FALSE(opened) << size;
      EXPECT_TRUE(failure.status() == KEYSEAT_E_CONFIG || failure.status() == KEYSEAT_OK);
   }
}

TEST_F(EncryptedJwk, IsToldFromAJwkByShape) {
   EXPECT_FALSE(is_encrypted_jwk(R"({"kty":"oct"})"));
   EXPECT_TRUE(is_encrypted_jwk(R"({"ciphertext":""})"));
   EXPECT_FALSE(is_encrypted_jwk("a.b.c.d"));
   EXPECT_FALSE(is_encrypted_jwk("{"));
}

} // namespace
} // namespace keyseat::test
