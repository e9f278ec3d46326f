// SPDX-License-Identifier: Apache-2.0

#include "jose/jwe.h"

#include "jose/sample.h"
#include "json/canonical.h"

#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace keyseat {
namespace {

using sdk::jose::KeyType;
using sdk::jose::PrivateJwk;
using test::kBinding;
using test::kPlaintext;
using test::make_sample;
using test::Sample;
using testing::HasSubstr;

TEST(Jwe, EachRecipientOpensIt) {
   const Sample sample = make_sample();
   const Jwe jwe = Jwe::parse(sample.jwe.to_json());
   ASSERT_EQ(jwe.recipients().size(), 2u);
   const PrivateJwk *keys[] = {&sample.owner, &sample.backup};
   for (std::size_t i = 0; i < 2; ++i) {
      const SecretBytes cek = sdk::jose::unwrap_key(key_memory(), *keys[i], jwe.merged_header(i),
                                                    jwe.recipients()[i].encrypted_key);
      EXPECT_EQ(jwe.open(document_memory(), cek).reveal_text(), kPlaintext);
   }
}

TEST(Jwe, KeepsIdBindingAndRecipients) {
   const Sample sample = make_sample();
   const Jwe jwe = Jwe::parse(sample.jwe.to_json());
   EXPECT_EQ(jwe.id(), sample.jwe.id());
   EXPECT_EQ(jwe.binding(), kBinding);
   EXPECT_EQ(jwe.recipients()[0].alg, "A256KW");
   EXPECT_EQ(jwe.recipients()[0].kid, sample.owner.kid());
   EXPECT_EQ(jwe.recipients()[1].alg, "ECDH-ES+A256KW");
   EXPECT_EQ(jwe.recipients()[1].kid, sample.backup.kid());
   EXPECT_EQ(jwe.to_json(), sample.jwe.to_json());
}

TEST(Jwe, BringsTheBindingIntoCanonicalForm) {
   const Sample sample = make_sample();
   const Jwe jwe = Jwe::seal({}, R"({ "b": 1.0, "a": "\u00e9" })",
                             {test::recipient_for(sample.owner, sample.cek)}, {}, sample.cek);
   EXPECT_EQ(jwe.binding(), "{\"a\":\"\u00e9\",\"b\":1}");
}

TEST(Jwe, MergesTheHeaderForAProtector) {
   const Sample sample = make_sample();
   const nlohmann::json header = nlohmann::json::parse(sample.jwe.merged_header(0));
   EXPECT_EQ(header["alg"], "A256KW");
   EXPECT_EQ(header["kid"], sample.owner.kid());
   EXPECT_EQ(header["enc"], "A256GCM");
   EXPECT_EQ(header["typ"], "keyseat+jwe");
   EXPECT_TRUE(header.contains("ks_id"));
   EXPECT_FALSE(header.contains("ks_binding"));
   for (const std::size_t recipient : {0u, 1u}) {
      const std::string merged = sample.jwe.merged_header(recipient);
      EXPECT_EQ(merged, canonical_public(merged));
   }
}

TEST(Jwe, NeverSealsTwiceAlike) {
   const Sample sample = make_sample();
   const auto seal = [&] {
      const nlohmann::json members = nlohmann::json::parse(
            Jwe::seal({}, kBinding, {test::recipient_for(sample.owner, sample.cek)},
                      as_bytes(kPlaintext), sample.cek)
                  .to_json());
      return members["iv"].get<std::string>();
   };
   EXPECT_NE(seal(), seal());
}

TEST(Jwe, HoldsSixteenRecipientsAndNoMore) {
   const Sample sample = make_sample();
   std::vector<JweRecipient> recipients(kMaxRecipients,
                                        test::recipient_for(sample.owner, sample.cek));
   const Jwe jwe = Jwe::seal({}, kBinding, recipients, as_bytes(kPlaintext), sample.cek);
   EXPECT_EQ(Jwe::parse(jwe.to_json()).recipients().size(), kMaxRecipients);
   recipients.push_back(recipients.front());
   try {
      Jwe::seal({}, kBinding, recipients, as_bytes(kPlaintext), sample.cek);
      FAIL() << "sealed for 17";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::internal);
   }
}

TEST(Jwe, SealsForSomebodyOnly) {
   const Sample sample = make_sample();
   EXPECT_THROW(Jwe::seal({}, kBinding, {}, as_bytes(kPlaintext), sample.cek), Error);
}

TEST(Jwe, TakesNoCekOfAnotherSize) {
   const Sample sample = make_sample();
   const Bytes short_cek(16);
   EXPECT_THROW(
         Jwe::seal({}, kBinding, {test::recipient_for(sample.owner, sample.cek)}, {}, short_cek),
         Error);
   EXPECT_THROW(sample.jwe.open(document_memory(), short_cek), Error);
}

TEST(Jwe, SaysWhenTheSecretsAreTooLarge) {
   const Sample sample = make_sample();
   const Bytes large(kMaxJweText);
   try {
      Jwe::seal({}, kBinding, {test::recipient_for(sample.owner, sample.cek)}, large, sample.cek);
      FAIL() << "sealed";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::definition_invalid);
      EXPECT_THAT(error.message(), HasSubstr("too large"));
   }
}

// -- recipients that protectors make -----------------------------------------------------------------

ErrorCode code_of(std::string_view header, Bytes encrypted_key = Bytes(40)) {
   try {
      make_recipient(header, std::move(encrypted_key));
      return ErrorCode::usage; // not thrown
   } catch (const Error &error) {
      return error.code();
   }
}
constexpr ErrorCode kFine = ErrorCode::usage;
constexpr ErrorCode kDefect = ErrorCode::plugin_defect;

TEST(Recipient, IsBroughtIntoCanonicalForm) {
   const JweRecipient recipient =
         make_recipient(R"( { "kid": "k", "alg": "A256KW" } )", Bytes(40, 7));
   EXPECT_EQ(recipient.header, R"({"alg":"A256KW","kid":"k"})");
   EXPECT_EQ(recipient.alg, "A256KW");
   EXPECT_EQ(recipient.kid, "k");
}

TEST(Recipient, MayHaveTheAlgorithmsOfTheProfile) {
   for (const char *alg : {"A256KW", "A256GCMKW", "RSA-OAEP-256", "RSA-OAEP", "example.com/wrap",
                           "urn:example:wrap", "org.keyseat.dpapi"}) {
      EXPECT_EQ(code_of(nlohmann::json{{"alg", alg}}.dump()), kFine) << alg;
   }
}

TEST(Recipient, HasNoOtherAlgorithmInAnySpelling) {
   for (const char *alg : {"none",
                           "None",
                           "NONE",
                           "dir",
                           "DIR",
                           "RSA1_5",
                           "rsa1_5",
                           "RSA-OAEP-384",
                           "rsa-oaep-256",
                           "A128KW",
                           "A192KW",
                           "a256kw",
                           "A256KW ",
                           " A256KW",
                           "A128GCMKW",
                           "ECDH-ES",
                           "ECDH-ES+A128KW",
                           "ecdh-es+a256kw",
                           "PBES2-HS256+A128KW",
                           "PBES2-HS512+A256KW",
                           "pbes2-hs512+a256kw",
                           "",
                           ".",
                           "none.",
                           "/dir",
                           ":",
                           "a b.c",
                           "../x",
                           "\xc3\xa9.example"}) {
      EXPECT_EQ(code_of(nlohmann::json{{"alg", alg}}.dump()), kDefect) << alg;
   }
}

TEST(Recipient, HasNoMemberOfTheProtectedHeader) {
   for (const char *name :
        {"enc", "ENC", "typ", "crit", "zip", "ks_v", "ks_id", "KS_anything", "p2s", "p2c", "P2C"}) {
      EXPECT_EQ(code_of(nlohmann::json{{"alg", "A256KW"}, {name, 1}}.dump()), kDefect) << name;
   }
}

TEST(Recipient, IsWellFormed) {
   EXPECT_EQ(code_of(""), kDefect);
   EXPECT_EQ(code_of("[]"), kDefect);
   EXPECT_EQ(code_of("{}"), kDefect);
   EXPECT_EQ(code_of(R"({"alg":1})"), kDefect);
   EXPECT_EQ(code_of(R"({"alg":"A256KW","kid":1})"), kDefect);
   EXPECT_EQ(code_of(R"({"alg":"A256KW","kid":""})"), kDefect);
   EXPECT_EQ(code_of(R"({"alg":"A256KW","alg":"A256KW"})"), kDefect);
   EXPECT_EQ(code_of(R"({"alg":"A256KW","ALG":"dir"})"), kDefect);
   EXPECT_EQ(code_of(R"({"alg":"A256KW","x":9007199254740993})"), kDefect);
   EXPECT_EQ(code_of(R"({"alg":"ECDH-ES+A256KW"})"), kDefect); // no epk
   EXPECT_EQ(code_of(R"({"alg":"A256KW"})", {}), kDefect);
   EXPECT_EQ(code_of(R"({"alg":"A256KW"})", Bytes(KEYSEAT_MAX_ENCRYPTED_KEY + 1)), kDefect);
   EXPECT_EQ(code_of(nlohmann::json{{"alg", "A256KW"}, {"kid", std::string(KEYSEAT_MAX_KID, 'k')}}
                           .dump()),
             kFine);
   EXPECT_EQ(
         code_of(nlohmann::json{{"alg", "A256KW"}, {"kid", std::string(KEYSEAT_MAX_KID + 1, 'k')}}
                       .dump()),
         kDefect);
}

TEST(Recipient, LeavesRoomForTheProtectedMembers) {
   nlohmann::json header{{"alg", "A256KW"}, {"x", ""}};
   header["x"] = std::string(kMaxRecipientHeader - header.dump().size(), 'x');
   const Sample sample = make_sample();
   const Jwe jwe =
         Jwe::seal({}, kBinding, {make_recipient(header.dump(), Bytes(40))}, {}, sample.cek);
   EXPECT_LE(jwe.merged_header(0).size(), KEYSEAT_MAX_HEADER);
   header["x"] = header["x"].get<std::string>() + 'x';
   EXPECT_EQ(code_of(header.dump()), kDefect);
}

} // namespace
} // namespace keyseat
