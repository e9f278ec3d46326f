// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

namespace keyseat::test {
namespace {

using sdk::jose::KeyType;

class Jwk : public JoseTest {
 protected:
   const Vectors rfc7517{"rfc7517-a.json"};
   std::string raw(std::string_view name) const { return std::string(rfc7517[name].raw()); }
};

constexpr KeyType kGenerated[] = {KeyType::oct,    KeyType::p256,    KeyType::p384,
                                  KeyType::x25519, KeyType::rsa2048, KeyType::rsa3072};

TEST_F(Jwk, HasTheThumbprintOfRfc7638) {
   const Vectors v("rfc7638.json");
   const PublicJwk key = PublicJwk::parse(v["jwk"].raw());
   EXPECT_EQ(key.kid(), v["thumbprint"].public_text());
   EXPECT_EQ(key.type(), KeyType::rsa2048);
}

TEST_F(Jwk, ReadsTheKeysOfRfc7517) {
   EXPECT_EQ(PublicJwk::parse(raw("ec_public")).type(), KeyType::p256);
   EXPECT_EQ(private_jwk(raw("ec_private")).type(), KeyType::p256);
   const std::string rsa = replaced(raw("rsa_private"), "RS256", "RSA-OAEP-256");
   EXPECT_EQ(private_jwk(rsa).type(), KeyType::rsa2048);
}

TEST_F(Jwk, IsNamedByItsThumbprintWhateverKidTheFileSays) {
   const PublicJwk other = *generated(KeyType::p256).public_half();
   const std::string kid =
         PublicJwk::parse(replaced(raw("ec_public"), R"("kid")", R"("x-kid")")).kid();
   EXPECT_NE(kid, other.kid());
   for (const std::string &claimed : {std::string("1"), other.kid()}) {
      const std::string value = "\"" + claimed + "\"";
      const PublicJwk key = PublicJwk::parse(replaced(raw("ec_public"), R"("1")", value));
      EXPECT_EQ(key.kid(), kid);
      EXPECT_NE(key.to_json().find(R"("kid":")" + kid), std::string::npos);
      EXPECT_EQ(private_jwk(replaced(raw("ec_private"), R"("1")", value)).kid(), kid);
   }
}

TEST_F(Jwk, RefusesAnAlgThatContradictsTheKey) {
   EXPECT_EQ(public_failure(raw("rsa_public")).status(), KEYSEAT_E_CONFIG);
   EXPECT_EQ(private_failure(raw("rsa_private")).status(), KEYSEAT_E_CONFIG);
   EXPECT_EQ(public_failure(replaced(raw("ec_public"), "\"use\"", "\"alg\":\"A256KW\",\"use\""))
                   .status(),
             KEYSEAT_E_CONFIG);
}

TEST_F(Jwk, IsTheSameKeyForAnotherAlgorithmOfItsType) {
   const PublicJwk key = *generated(KeyType::rsa2048).public_half();
   EXPECT_EQ(key.alg(), "RSA-OAEP-256");
   const PublicJwk other = key.with_alg("RSA-OAEP");
   EXPECT_EQ(other.alg(), "RSA-OAEP");
   EXPECT_EQ(other.kid(), key.kid());
   EXPECT_EQ(other.key_members_json(), key.key_members_json());
   EXPECT_THROW(key.with_alg("ECDH-ES+A256KW"), Failure);
}

TEST_F(Jwk, RefusesAPrivateKeyWhereAPublicOneBelongs) {
   const Failure failure = public_failure(raw("ec_private"));
   EXPECT_EQ(failure.status(), KEYSEAT_E_CONFIG);
   EXPECT_NE(failure.message().find("`d`"), std::string::npos);
   EXPECT_EQ(failure.message().find("870MB6"), std::string::npos);
}

TEST_F(Jwk, RefusesAPointThatIsNotOnItsCurve) {
   EXPECT_EQ(public_failure(replaced(raw("ec_public"), "4Etl6", "5Etl6")).status(),
             KEYSEAT_E_CONFIG);
   EXPECT_EQ(private_failure(replaced(raw("ec_private"), "4Etl6", "5Etl6")).status(),
             KEYSEAT_E_CONFIG);
}

// RFC 7748 section 6.1: with these an agreement has one result, which everybody knows.
TEST_F(Jwk, RefusesX25519PointsOfLowOrder) {
   Bytes one(32);
   one[0] = 1;
   const Bytes points[] = {
         Bytes(32),
         one,
         from_hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
         from_hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
         from_hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
         from_hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
         from_hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")};
   for (const Bytes &point : points) {
      const std::string x = sdk::jose::base64url_encode(point);
      EXPECT_EQ(public_failure(R"({"kty":"OKP","crv":"X25519","x":")" + x + "\"}").status(),
                KEYSEAT_E_CONFIG)
            << x;
   }
}

TEST_F(Jwk, RefusesCoordinatesOfTheWrongLength) {
   EXPECT_EQ(public_failure(replaced(raw("ec_public"), "4Etl", "")).status(), KEYSEAT_E_CONFIG);
   EXPECT_EQ(public_failure(replaced(raw("ec_public"), "4Etl", "AAAA4Etl")).status(),
             KEYSEAT_E_CONFIG);
   EXPECT_EQ(public_failure(replaced(raw("ec_public"), "P-256", "P-384")).status(),
             KEYSEAT_E_CONFIG);
}

TEST_F(Jwk, RefusesBase64ThatIsNotCanonical) {
   EXPECT_EQ(public_failure(replaced(raw("ec_public"), "qv7D4", "qv7D5")).status(),
             KEYSEAT_E_CONFIG);
   EXPECT_EQ(public_failure(replaced(raw("ec_public"), "qv7D4", "qv7D4=")).status(),
             KEYSEAT_E_CONFIG);
}

TEST_F(Jwk, RefusesAPrivateHalfOfAnotherKey) {
   EXPECT_EQ(private_failure(replaced(raw("ec_private"), "870MB6", "970MB6")).status(),
             KEYSEAT_E_CONFIG);
   for (const char *start :
        {"X4cTteJY", "83i-7IvM", "3dfOR9cu", "G4sPXkc6", "s9lAH9fg", "GyM_p6Jr"}) {
      const std::string rsa = replaced(raw("rsa_private"), "RS256", "RSA-OAEP");
      EXPECT_EQ(private_failure(replaced(rsa, start, "ZZZZZZZZ")).status(), KEYSEAT_E_CONFIG)
            << start;
   }
   const Vectors v("rfc8037-a6.json");
   EXPECT_EQ(
         private_failure(replaced(std::string(v["bob"].raw()), "\"kid\"",
                                  "\"d\":\"dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo\",\"kid\""))
               .status(),
         KEYSEAT_E_CONFIG);
}

TEST_F(Jwk, RefusesUseAndKeyOpsThatForbidKeyManagement) {
   const std::string key = raw("ec_public");
   EXPECT_EQ(public_failure(replaced(key, "\"enc\"", "\"sig\"")).status(), KEYSEAT_E_CONFIG);
   EXPECT_EQ(public_failure(replaced(key, "\"use\"", "\"key_ops\":[\"verify\"],\"use\"")).status(),
             KEYSEAT_E_CONFIG);
   EXPECT_EQ(
         public_failure(replaced(key, "\"use\"", "\"key_ops\":[\"deriveKey\"],\"use\"")).status(),
         KEYSEAT_OK);
}

TEST_F(Jwk, RefusesKidsThatAreTooLongOrHaveControlCharacters) {
   const std::string key = raw("ec_public");
   EXPECT_EQ(public_failure(replaced(key, "\"1\"", "\"" + std::string(512, 'x') + "\"")).status(),
             KEYSEAT_OK);
   EXPECT_EQ(public_failure(replaced(key, "\"1\"", "\"" + std::string(513, 'x') + "\"")).status(),
             KEYSEAT_E_CONFIG);
   EXPECT_EQ(public_failure(replaced(key, "\"1\"", "\"a\\u001b\"")).status(), KEYSEAT_E_CONFIG);
}

TEST_F(Jwk, RefusesOctKeysThatAreShortOrNameless) {
   const std::string k = sdk::jose::base64url_encode(Bytes(32, 5));
   EXPECT_EQ(private_jwk("{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"" + k + "\"}").alg(), "A256KW");
   EXPECT_EQ(private_failure("{\"kty\":\"oct\",\"k\":\"" + k + "\"}").status(), KEYSEAT_E_CONFIG);
   EXPECT_EQ(private_failure(R"({"kty":"oct","kid":"a","k":"AAAA"})").status(), KEYSEAT_E_CONFIG);
}

TEST_F(Jwk, ReadsBackEveryKindThatItGenerates) {
   for (const KeyType type : kGenerated) {
      const PrivateJwk key = generated(type);
      const SecretBytes json = key.to_json();
      const PrivateJwk again = private_jwk(json.reveal_text());
      EXPECT_EQ(again.kid(), key.kid());
      EXPECT_EQ(again.type(), type);
      EXPECT_EQ(to_text(again.to_json()), to_text(json));
      if (key.public_half()) {
         EXPECT_EQ(key.kid(), key.public_half()->kid());
         EXPECT_EQ(PublicJwk::parse(key.public_half()->to_json()).kid(), key.kid());
      }
   }
}

TEST_F(Jwk, NamesItsTypes) {
   for (const KeyType type : kGenerated)
      EXPECT_EQ(sdk::jose::key_type_from_name(sdk::jose::key_type_name(type)), type);
   EXPECT_FALSE(sdk::jose::key_type_from_name("RSA"));
   EXPECT_EQ(failure_of([&] { generated(KeyType::rsa_other); }).status(), KEYSEAT_E_UNSUPPORTED);
}

TEST_F(Jwk, IsMadeFromTheNumbersOfADevice) {
   const PublicJwk key = PublicJwk::parse(raw("ec_public"));
   const PublicJwk same = PublicJwk::from_numbers(KeyType::p256, key.numbers());
   EXPECT_EQ(same.kid(), key.kid());
   EXPECT_EQ(same.alg(), "ECDH-ES+A256KW");
}

} // namespace
} // namespace keyseat::test
