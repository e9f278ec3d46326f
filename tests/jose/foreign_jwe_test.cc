// SPDX-License-Identifier: Apache-2.0

#include "jose/foreign_jwe.h"

#include "jose/sample.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace keyseat {
namespace {

using nlohmann::json;
using sdk::jose::base64url_encode;
using sdk::jose::PrivateJwk;
using testing::HasSubstr;

json vector(const std::string &name) {
   std::ifstream file(std::string(KEYSEAT_TESTS_DIR) + "/vectors/jose/" + name + ".json");
   return json::parse(file);
}

std::string serialization(const json &jwe) {
   return jwe.is_string() ? jwe.get<std::string>() : jwe.dump();
}

std::string refusal(std::string_view text) {
   try {
      ForeignJwe::parse(text);
      return {};
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::credential_refused);
      return error.message();
   }
}

// Opens with the first recipient.
std::string opened(const std::string &text, const PrivateJwk &key) {
   const ForeignJwe jwe = ForeignJwe::parse(text);
   const ForeignJwe::Recipient &recipient = jwe.recipients().at(0);
   const SecretBytes cek =
         sdk::jose::unwrap_key(key_memory(), key, recipient.header, recipient.encrypted_key);
   return std::string(jwe.open(document_memory(), cek).reveal_text());
}

// -- published examples ------------------------------------------------------------------------------

TEST(ForeignJwe, OpensRfc7516AppendixA1) {
   json example = vector("rfc7516-a1");
   example["key"]["alg"] = "RSA-OAEP"; // the RFC's key does not say; RSA-OAEP-256 would be assumed
   const auto key = PrivateJwk::parse(key_memory(), example["key"].dump());
   EXPECT_EQ(opened(serialization(example["jwe"]), key), example["plaintext"]);
}

TEST(ForeignJwe, OpensRfc7520Section52) {
   const json example = vector("rfc7520-5.2");
   const auto key = PrivateJwk::parse(key_memory(), example["key"].dump());
   const ForeignJwe jwe = ForeignJwe::parse(serialization(example["jwe"]));
   // Its `kid` is the author's own name for the key, and not the thumbprint.
   const auto cek =
         sdk::jose::rsa_oaep_decrypt(key_memory(), key, true, jwe.recipients().at(0).encrypted_key);
   ASSERT_TRUE(cek);
   EXPECT_EQ(jwe.open(document_memory(), *cek).reveal_text(),
             example["plaintext"].get<std::string>());
}

TEST(ForeignJwe, RefusesTheRfcsExamplesWithOtherContentEncryption) {
   for (const char *name :
        {"rfc7516-a2", "rfc7516-a3", "rfc7516-a4", "rfc7516-a5", "rfc7520-5.4", "rfc7520-5.10"}) {
      EXPECT_THAT(refusal(serialization(vector(name)["jwe"])), HasSubstr("A256GCM")) << name;
   }
}

TEST(ForeignJwe, RefusesTheCompressedExampleOfRfc7520) {
   EXPECT_THAT(refusal(serialization(vector("rfc7520-5.9")["jwe"])), HasSubstr("\"zip\""));
}

// -- what others may write ---------------------------------------------------------------------------

// A JWE as another library makes it, part by part.
class ForeignJweParts : public testing::Test {
 protected:
   // The members, sealed with what stands in `protected_header` and `aad` at this moment.
   json sealed() {
      const std::string protected_text =
            protected_header.empty() ? "" : base64url_encode(as_bytes(protected_header.dump()));
      const std::string aad =
            aad_base64.empty() ? protected_text : protected_text + '.' + aad_base64;
      const Bytes iv(12, 3);
      const auto gcm = sdk::jose::aes_gcm_seal(cek, iv, as_bytes(aad), as_bytes("hello"));
      json jwe{{"iv", base64url_encode(iv)},
               {"ciphertext", base64url_encode(gcm.ciphertext)},
               {"tag", base64url_encode(gcm.tag)}};
      if (!protected_text.empty()) jwe["protected"] = protected_text;
      if (!aad_base64.empty()) jwe["aad"] = aad_base64;
      return jwe;
   }

   json flattened() {
      json jwe = sealed();
      jwe["header"] = json::parse(wrapped.header);
      jwe["encrypted_key"] = base64url_encode(wrapped.encrypted_key);
      return jwe;
   }

   json general() {
      json jwe = sealed();
      jwe["recipients"] = {{{"header", json::parse(wrapped.header)},
                            {"encrypted_key", base64url_encode(wrapped.encrypted_key)}}};
      return jwe;
   }

   std::string compact() {
      protected_header.update(json::parse(wrapped.header));
      const json jwe = sealed();
      return jwe["protected"].get<std::string>() + '.' + base64url_encode(wrapped.encrypted_key) +
             '.' + jwe["iv"].get<std::string>() + '.' + jwe["ciphertext"].get<std::string>() + '.' +
             jwe["tag"].get<std::string>();
   }

   const PrivateJwk key = PrivateJwk::generate(key_memory(), sdk::jose::KeyType::p256);
   const SecretBytes cek = sdk::jose::random_secret(key_memory(), kCekSize);
   const sdk::WrappedKey wrapped = sdk::jose::wrap_key(key, cek);
   json protected_header = {{"enc", "A256GCM"}};
   std::string aad_base64;
};

TEST_F(ForeignJweParts, OpenInAllThreeSerializations) {
   EXPECT_EQ(opened(flattened().dump(), key), "hello");
   EXPECT_EQ(opened(general().dump(), key), "hello");
   EXPECT_EQ(opened(compact(), key), "hello");
}

TEST_F(ForeignJweParts, MayHaveWhiteSpaceAroundThem) {
   EXPECT_EQ(opened("\n " + flattened().dump(3) + "\r\n", key), "hello");
   EXPECT_EQ(opened(compact() + '\n', key), "hello");
   EXPECT_NE(refusal(""), "");
   EXPECT_NE(refusal(" \n"), "");
}

TEST_F(ForeignJweParts, HonourAad) {
   aad_base64 = base64url_encode(as_bytes("additional data"));
   json jwe = flattened();
   EXPECT_EQ(opened(jwe.dump(), key), "hello");
   jwe["aad"] = base64url_encode(as_bytes("additional date"));
   EXPECT_THROW(opened(jwe.dump(), key), Error);
   jwe.erase("aad");
   EXPECT_THROW(opened(jwe.dump(), key), Error);
}

TEST_F(ForeignJweParts, MayHaveEncUnprotected) {
   protected_header = json::object();
   json jwe = flattened();
   jwe["unprotected"] = {{"enc", "A256GCM"}};
   EXPECT_EQ(opened(jwe.dump(), key), "hello");
}

TEST_F(ForeignJweParts, MayHaveMembersThatNobodyUnderstands) {
   json jwe = general();
   jwe["x"] = {1, 2, 3};
   jwe["unprotected"] = {{"jku", "https://example.com/keys.jwks"}, {"cty", "text/plain"}};
   EXPECT_EQ(opened(jwe.dump(), key), "hello");
}

TEST_F(ForeignJweParts, KeepOnlyRecipientsWithAnAlgThatKeyseatTakes) {
   json jwe = general();
   const json password = {
         {"header", {{"alg", "PBES2-HS256+A128KW"}, {"p2c", 1 << 30}, {"p2s", "AA"}}},
         {"encrypted_key", "AAAA"}};
   jwe["recipients"].insert(jwe["recipients"].begin(), password);
   const ForeignJwe parsed = ForeignJwe::parse(jwe.dump());
   ASSERT_EQ(parsed.recipients().size(), 1u);
   EXPECT_EQ(opened(jwe.dump(), key), "hello");
}

// -- what they may not -------------------------------------------------------------------------------

TEST_F(ForeignJweParts, AreRefusedWithoutARecipientThatKeyseatTakes) {
   for (const char *alg : {"dir", "none", "RSA1_5", "ECDH-ES", "A128KW", "PBES2-HS512+A256KW"}) {
      json jwe = flattened();
      jwe["header"] = {{"alg", alg}};
      EXPECT_THAT(refusal(jwe.dump()), HasSubstr("\"alg\"")) << alg;
   }
   json none = general();
   none["recipients"] = json::array();
   EXPECT_NE(refusal(none.dump()), "");
   json no_alg = flattened();
   no_alg["header"].erase("alg");
   EXPECT_NE(refusal(no_alg.dump()), "");
}

TEST_F(ForeignJweParts, AreRefusedWithCritOrZipAnywhere) {
   for (const char *name : {"crit", "zip", "ZIP"}) {
      json in_header = flattened();
      in_header["header"][name] = "DEF";
      EXPECT_NE(refusal(in_header.dump()), "") << name;
      json in_unprotected = general();
      in_unprotected["unprotected"] = {{name, "DEF"}};
      EXPECT_NE(refusal(in_unprotected.dump()), "") << name;
      protected_header = {{"enc", "A256GCM"}, {name, "DEF"}};
      EXPECT_NE(refusal(general().dump()), "") << name;
      protected_header.erase(name);
   }
}

TEST_F(ForeignJweParts, AreRefusedWhenHeadersShareAMember) {
   json jwe = flattened();
   jwe["unprotected"] = {{"alg", "A256KW"}};
   EXPECT_THAT(refusal(jwe.dump()), HasSubstr("share a member"));
   jwe["unprotected"] = {{"enc", "A256GCM"}};
   EXPECT_THAT(refusal(jwe.dump()), HasSubstr("share a member"));
}

TEST_F(ForeignJweParts, AreRefusedWhenTheSerializationsMix) {
   json jwe = general();
   jwe["encrypted_key"] = "AAAA";
   EXPECT_THAT(refusal(jwe.dump()), HasSubstr("mixes"));
}

TEST_F(ForeignJweParts, AreRefusedBeyondTheLimits) {
   json jwe = general();
   const json one = jwe["recipients"][0];
   for (std::size_t i = 1; i <= kMaxRecipients; ++i)
      jwe["recipients"].push_back(one);
   EXPECT_THAT(refusal(jwe.dump()), HasSubstr("1 to 16"));
   EXPECT_THAT(refusal(std::string(kMaxJweText + 1, '{')), HasSubstr("too large"));
   json long_header = flattened();
   long_header["header"]["x"] = std::string(KEYSEAT_MAX_HEADER, 'x');
   EXPECT_THAT(refusal(long_header.dump()), HasSubstr("wrong size"));
   json long_key = flattened();
   long_key["encrypted_key"] = base64url_encode(Bytes(KEYSEAT_MAX_ENCRYPTED_KEY + 1));
   EXPECT_THAT(refusal(long_key.dump()), HasSubstr("wrong size"));
}

TEST_F(ForeignJweParts, AreRefusedWhenMalformed) {
   for (const char *member : {"iv", "tag", "ciphertext", "encrypted_key", "protected"}) {
      for (const json &value :
           {json(1), json("="), json("A"), json("AA=="), json("AA A"), json("AAAA")}) {
         if (member == std::string_view("ciphertext") && value == "AAAA") continue; // well-formed
         if (member == std::string_view("encrypted_key") && value == "AAAA") continue;
         json jwe = flattened();
         jwe[member] = value;
         EXPECT_NE(refusal(jwe.dump()), "") << member << ' ' << value;
      }
   }
   for (const char *member : {"header", "unprotected", "recipients"}) {
      json jwe = sealed();
      jwe[member] = "x";
      EXPECT_NE(refusal(jwe.dump()), "") << member;
   }
   for (const char *text : {"a.b.c.d", "a.b.c.d.e.f", "....", "{", "{}", "[]", "null", "a"}) {
      EXPECT_NE(refusal(text), "") << text;
   }
   for (const char *header : {"", "x", "1", "[]", "[1]", "\"x\""}) {
      json jwe = flattened();
      jwe["protected"] = base64url_encode(as_bytes(header));
      EXPECT_NE(refusal(jwe.dump()), "") << header;
   }
}

TEST_F(ForeignJweParts, AreRefusedWhenTheyAreKeyseatsOwn) {
   const test::Sample own = test::make_sample();
   EXPECT_THAT(refusal(own.jwe.to_json()), HasSubstr("Keyseat's own"));
   protected_header["typ"] = "keyseat+jwe";
   EXPECT_THAT(refusal(flattened().dump()), HasSubstr("Keyseat's own"));
}

TEST_F(ForeignJweParts, DoNotOpenWhenABitIsFlipped) {
   for (const char *member : {"iv", "ciphertext", "tag", "encrypted_key"}) {
      json jwe = flattened();
      auto octets = sdk::jose::base64url_decode(jwe[member].get<std::string>()).value();
      octets.front() ^= 1;
      jwe[member] = base64url_encode(octets);
      EXPECT_ANY_THROW(opened(jwe.dump(), key)) << member;
   }
}

TEST_F(ForeignJweParts, DoNotOpenWithAnotherCek) {
   const ForeignJwe jwe = ForeignJwe::parse(flattened().dump());
   EXPECT_THROW(jwe.open(document_memory(), Bytes(32)), Error);
   EXPECT_THROW(jwe.open(document_memory(), Bytes(16)), Error);
   EXPECT_EQ(jwe.open(document_memory(), cek).reveal_text(), "hello");
}

} // namespace
} // namespace keyseat
