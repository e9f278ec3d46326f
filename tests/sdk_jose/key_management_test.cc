// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

namespace keyseat::test {
namespace {

using namespace sdk::jose;

class KeyManagement : public JoseTest {
 protected:
   const Bytes cek = Bytes(32, 0x5a);

   Failure unwrap_failure(const PrivateJwk &key, std::string_view header, BytesView encrypted_key) {
      return failure_of([&] { unwrap_key(memory, key, header, encrypted_key); });
   }
};

TEST_F(KeyManagement, UnwrapsWhatItWrapsForEveryKindOfKey) {
   for (const KeyType type :
        {KeyType::oct, KeyType::p256, KeyType::p384, KeyType::x25519, KeyType::rsa2048}) {
      const PrivateJwk key = generated(type);
      const sdk::WrappedKey wrapped = wrap_key(key, cek);
      EXPECT_EQ(to_bytes(unwrap_key(memory, key, wrapped.header, wrapped.encrypted_key)), cek);
   }
}

TEST_F(KeyManagement, DerivesTheKekOfAPublicKeyInTheCallersSecretMemory) {
   for (const KeyType type : {KeyType::p256, KeyType::x25519}) {
      const PublicJwk recipient = *generated(type).public_half();
      const std::size_t before = memory.allocations();
      wrap_key(memory, recipient, cek);
      EXPECT_GE(memory.allocations(), before + 2) << "the shared secret and the KEK";
   }
}

TEST_F(KeyManagement, DrawsAFreshEphemeralKeyForEachWrap) {
   const PrivateJwk key = generated(KeyType::p256);
   EXPECT_NE(wrap_key(key, cek).header, wrap_key(key, cek).header);
}

TEST_F(KeyManagement, AnswersEveryFlippedBitOfTheEncryptedKeyAlike) {
   for (const KeyType type : {KeyType::oct, KeyType::p256, KeyType::x25519, KeyType::rsa2048}) {
      const PrivateJwk key = generated(type);
      sdk::WrappedKey wrapped = wrap_key(key, cek);
      const std::size_t step = type == KeyType::rsa2048 ? 97 : 1;
      for (std::size_t bit = 0; bit < 8 * wrapped.encrypted_key.size(); bit += step) {
         wrapped.encrypted_key[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
         const Failure failure = unwrap_failure(key, wrapped.header, wrapped.encrypted_key);
         EXPECT_EQ(failure.status(), KEYSEAT_E_TAMPERED);
         EXPECT_EQ(failure.message(), sdk::tampered().message());
         wrapped.encrypted_key[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      }
   }
}

TEST_F(KeyManagement, TakesNoEncryptedKeyOfAnotherLengthForItsOwn) {
   for (const KeyType type : {KeyType::oct, KeyType::p256, KeyType::rsa2048}) {
      const PrivateJwk key = generated(type);
      const sdk::WrappedKey wrapped = wrap_key(key, cek);
      const BytesView view = wrapped.encrypted_key;
      for (const std::size_t size : {std::size_t{0}, std::size_t{24}, view.size() - 1})
         EXPECT_EQ(unwrap_failure(key, wrapped.header, view.sub(0, size)).status(),
                   KEYSEAT_E_NOT_MINE);
   }
}

TEST_F(KeyManagement, TakesNoOtherAlgKidOrCurveForItsOwn) {
   const PrivateJwk key = generated(KeyType::p256);
   const sdk::WrappedKey wrapped = wrap_key(key, cek);
   for (const std::string &header :
        {replaced(wrapped.header, "A256KW", "A128KW"),
         replaced(wrapped.header, "\"alg\"", "\"alx\""),
         replaced(wrapped.header, "\"kid\":\"", "\"kid\":\"x"),
         replaced(wrapped.header, "\"epk\"", "\"epx\""), replaced(wrapped.header, "P-256", "P-384"),
         replaced(wrapped.header, "\"kid\"", "\"p2c\":1000,\"kid\""), std::string("[]"),
         std::string("{"), wrap_key(generated(KeyType::p384), cek).header})
      EXPECT_EQ(unwrap_failure(key, header, wrapped.encrypted_key).status(), KEYSEAT_E_NOT_MINE)
            << header;
}

TEST_F(KeyManagement, RefusesAnEphemeralPointOffTheCurveBeforeItUsesAKey) {
   const PrivateJwk key = generated(KeyType::p256);
   const std::string y = base64url_encode(Bytes(32, 1));
   const std::string header = R"({"alg":"ECDH-ES+A256KW","epk":{"crv":"P-256","kty":"EC","x":")" +
                              y + R"(","y":")" + y + R"("}})";
   EXPECT_FALSE(read_jose_header(header));
   EXPECT_EQ(unwrap_failure(key, header, Bytes(40)).status(), KEYSEAT_E_NOT_MINE);
}

TEST_F(KeyManagement, RefusesAnEphemeralPointWhoseSharedSecretIsAllZero) {
   const PrivateJwk key = generated(KeyType::x25519);
   const std::string epk =
         R"({"crv":"X25519","kty":"OKP","x":")" + base64url_encode(Bytes(32)) + "\"}";
   const std::string header = R"({"alg":"ECDH-ES+A256KW","epk":)" + epk + "}";
   EXPECT_FALSE(read_jose_header(header));
   EXPECT_EQ(unwrap_failure(key, header, Bytes(40)).status(), KEYSEAT_E_NOT_MINE);
}

TEST_F(KeyManagement, HonoursApuAndApv) {
   const PrivateJwk key = generated(KeyType::p256);
   const PrivateJwk ephemeral = generated(KeyType::p256);
   const SecretBytes z = ecdh(memory, ephemeral, *key.public_half()).value();
   const SecretBytes kek =
         concat_kdf(memory, z, "ECDH-ES+A256KW", sdk::as_bytes("Alice"), sdk::as_bytes("Bob"), 32);
   const std::string header = R"({"alg":"ECDH-ES+A256KW","apu":"QWxpY2U","apv":"Qm9i","epk":)" +
                              ephemeral.public_half()->key_members_json() + "}";
   const Bytes encrypted_key = aes_key_wrap(kek, cek);
   EXPECT_EQ(to_bytes(unwrap_key(memory, key, header, encrypted_key)), cek);
   EXPECT_EQ(unwrap_failure(key, replaced(header, "Qm9i", "Qm9j"), encrypted_key).status(),
             KEYSEAT_E_TAMPERED);
}

TEST_F(KeyManagement, TakesNoCekOfAnotherSize) {
   const PrivateJwk key = generated(KeyType::rsa2048);
   const std::string header = R"({"alg":"RSA-OAEP-256"})";
   for (const std::size_t size : {0, 16, 31, 33}) {
      const Bytes encrypted_key = rsa_oaep_encrypt(*key.public_half(), false, Bytes(size));
      EXPECT_EQ(unwrap_failure(key, header, encrypted_key).status(), KEYSEAT_E_TAMPERED) << size;
      EXPECT_EQ(failure_of([&] { wrap_key(key, Bytes(size)); }).status(), KEYSEAT_E_INTERNAL);
   }
}

TEST_F(KeyManagement, AgreesAsRfc7518AppendixCDoes) {
   const Vectors v("rfc7518-c.json");
   const PrivateJwk alice = private_jwk(v["alice"].raw());
   const PrivateJwk bob = private_jwk(v["bob"].raw());
   EXPECT_EQ(to_bytes(ecdh(memory, alice, *bob.public_half()).value()),
             from_hex(v["z"].public_text()));
   EXPECT_EQ(to_bytes(ecdh(memory, bob, *alice.public_half()).value()),
             from_hex(v["z"].public_text()));
}

TEST_F(KeyManagement, AgreesAsRfc8037AndRfc7748Do) {
   const Vectors v("rfc8037-a6.json");
   const Vectors v7748("rfc7748-6.1.json");
   const auto okp = [&](std::string_view secret, std::string_view open) {
      return private_jwk(R"({"kty":"OKP","crv":"X25519","x":")" +
                         base64url_encode(from_hex(v7748[open].public_text())) + R"(","d":")" +
                         base64url_encode(from_hex(v7748[secret].public_text())) + "\"}");
   };
   const PrivateJwk alice = okp("alice_private", "alice_public");
   const PrivateJwk bob = okp("bob_private", "bob_public");
   const Bytes z = from_hex(v["z"].public_text());
   EXPECT_EQ(to_bytes(ecdh(memory, alice, PublicJwk::parse(v["bob"].raw())).value()), z);
   EXPECT_EQ(to_bytes(ecdh(memory, bob, PublicJwk::parse(v["epk"].raw())).value()), z);
}

TEST_F(KeyManagement, OpensTheJweOfRfc7516AppendixA1) {
   const Vectors v("rfc7516-a1.json");
   const PrivateJwk key = private_jwk(v["key"].raw());
   std::vector<std::string> parts(1);
   for (const char c : v["jwe"].public_text()) {
      if (c == '.') {
         parts.emplace_back();
      } else {
         parts.back() += c;
      }
   }
   ASSERT_EQ(parts.size(), 5u);
   const auto at = [&](std::size_t i) { return base64url_decode(parts[i]).value(); };
   const auto content_key = rsa_oaep_decrypt(memory, key, true, at(1));
   ASSERT_TRUE(content_key);
   EXPECT_EQ(to_bytes(*content_key), from_hex(v["cek"].public_text()));
   const auto text =
         aes_gcm_open(memory, *content_key, at(2), sdk::as_bytes(parts[0]), at(3), at(4));
   ASSERT_TRUE(text);
   EXPECT_EQ(text->reveal_text(), v["plaintext"].public_text());
}

TEST_F(KeyManagement, UnwrapsTheKeysOfRfc7520) {
   const Vectors vectors("rfc7520-5.json");
   const JsonValue rsa = vectors["rsa_oaep"];
   const auto cek_52 = rsa_oaep_decrypt(memory, private_jwk(raw_of(rsa, "key")), true,
                                        octets_of(rsa, "encrypted_key"));
   ASSERT_TRUE(cek_52);
   EXPECT_EQ(to_bytes(*cek_52), octets_of(rsa, "cek"));

   const JsonValue ec = vectors["ecdh_es"];
   const auto z = ecdh(memory, private_jwk(raw_of(ec, "key")), PublicJwk::parse(raw_of(ec, "epk")));
   ASSERT_TRUE(z);
   const SecretBytes kek = concat_kdf(memory, *z, text_of(ec, "alg"), {}, {}, 16);
   const auto cek_54 = aes_key_unwrap(memory, kek, octets_of(ec, "encrypted_key"));
   ASSERT_TRUE(cek_54);
   EXPECT_EQ(to_bytes(*cek_54), octets_of(ec, "cek"));
}

} // namespace
} // namespace keyseat::test
