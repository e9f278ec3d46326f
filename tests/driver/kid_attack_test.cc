// SPDX-License-Identifier: Apache-2.0
//
// Attacks by key files that bear another key's id, or that are exchanged.

#include "driver/node.h"

#include "config/trust.h"
#include "jose/jwe.h"
#include "support/access.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string oct_key(std::string_view kid) {
   return fmt::format(
         R"({{"kty":"oct","alg":"A256KW","kid":"{}","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}})",
         kid);
}

// A node whose user has a symmetric key with an id of his choosing, beside the key pair `dev`.
class BorrowedKid : public testing::Test {
 protected:
   BorrowedKid() : kid_(read_public_key(node_.export_public("dev")).kid()) {
      fs::create_directory(node_.folder() / kSystem);
   }

   void configure(std::string_view system, std::string_view kid, std::string_view more = {}) {
      write_key("spoof.jwk", kid);
      node_.write(std::string(kSystem) + "/keyseat.json", system);
      node_.configure(fmt::format(
            R"({{"protectors":{{"dev":{{"plugin":"keyfile","config":{{"key":"dev.jwk"}}}},)"
            R"("spoof":{{"plugin":"keyfile","config":{{"key":"spoof.jwk"}}}}{}}},)"
            R"("rules":[{{"protect":["dev"]}}]}})",
            more));
   }

   void write_key(const std::string &name, std::string_view kid) {
      keep_to_owner(node_.write(name, oct_key(kid)));
   }

   static SealOptions by(std::string protector) {
      SealOptions options;
      options.protectors = {std::move(protector)};
      return options;
   }

   static constexpr const char *kSystem = "no-system-configuration"; // the folder that a node reads
   Node node_;
   const std::string kid_; // of `dev`
};

TEST_F(BorrowedKid, DoesNotPassForTheKeyPairThatThePolicyAllows) {
   configure(fmt::format(R"({{"policy":{{"allow-kids":["{}"]}}}})", kid_), kid_);
   EXPECT_NO_THROW(node_.encrypt(sql_server_definition()));
   const Error error = node_.encrypt_error(sql_server_definition(), by("spoof"));
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.message(), HasSubstr("symmetric"));
}

TEST_F(BorrowedKid, OfASymmetricKeyIsBelievedOfTheSystemsProtectorOnly) {
   write_key(std::string(kSystem) + "/shared.jwk", "k1");
   configure(R"({"protectors":{"shared":{"plugin":"keyfile","config":{"key":"shared.jwk"}}},)"
             R"("policy":{"allow-kids":["k1"]}})",
             "k1");
   EXPECT_NO_THROW(node_.encrypt(sql_server_definition(), by("shared")));
   EXPECT_EQ(node_.encrypt_error(sql_server_definition(), by("spoof")).code(),
             ErrorCode::config_invalid);
}

TEST_F(BorrowedKid, OfAPublicKeyThatIsKnownIsRefused) {
   configure("{}", kid_, R"(,"rec":{"public-key":"dev.public.jwk"})");
   const Error error = node_.encrypt_error(sql_server_definition(), by("spoof"));
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.message(), HasSubstr("'rec'"));
}

TEST_F(BorrowedKid, IsNotCalledByTheNameOfTheOtherKey) {
   configure("{}", kid_);
   const std::string encrypted = node_.encrypt(sql_server_definition(), by("spoof"));
   node_.configure(R"({"protectors":{"dev":{"plugin":"keyfile","config":{"key":"dev.jwk"}},)"
                   R"("rec":{"public-key":"dev.public.jwk"}}})");
   DefinitionFile file;
   file.content = as_bytes(encrypted);
   const Inspection inspection = node_.driver().inspect(file);
   ASSERT_EQ(inspection.recipients.size(), 1U);
   EXPECT_EQ(inspection.recipients[0].kid, kid_);
   EXPECT_EQ(inspection.recipients[0].protector, "");
}

// A required recipient is not dropped for another key that has its kid.
TEST_F(BorrowedKid, DoesNotTakeThePlaceOfARecipient) {
   write_key("real.jwk", "k1");
   configure("{}", "k1", R"(,"real":{"plugin":"keyfile","config":{"key":"real.jwk"}})");
   SealOptions options = by("spoof");
   options.protectors.emplace_back("real");
   EXPECT_EQ(Jwe::parse(credential_json(node_.encrypt(sql_server_definition(), options)))
                   .recipients()
                   .size(),
             2U);
}

// A configuration that was found, and trusted, and a key file that is exchanged after that was seen.
class ExchangedKey : public testing::Test {
 protected:
   // Reads the configuration `json`, lets `change` happen, and encrypts.
   ErrorCode encrypt_after(std::string_view json, const std::function<void()> &change) {
      node_.configure(json);
      const fs::path user = node_.folder() / "user";
      fs::create_directory(user);
      trust(node_.folder() / "keyseat.json", user);
      ConfigSearch search;
      search.working_folder = node_.folder();
      search.user_folder = user;
      search.system_folder = node_.folder() / "none";
      const Config config = Config::load(search);
      change();
      const auto prompter = no_prompter();
      const std::string text = sql_server_definition();
      DefinitionFile file;
      file.content = as_bytes(text);
      try {
         Driver(config, *prompter).encrypt(file, {});
      } catch (const Error &error) {
         return error.code();
      }
      return ErrorCode::internal;
   }

   Node node_;
   Node stranger_;
};

TEST_F(ExchangedKey, OfAPublicKeyIsSeen) {
   node_.export_public("dev");
   stranger_.export_public("dev");
   constexpr std::string_view kConfiguration =
         R"({"protectors":{"far":{"public-key":"dev.public.jwk"}},"rules":[{"protect":["far"]}]})";
   EXPECT_EQ(encrypt_after(kConfiguration, [] {}), ErrorCode::internal) << "nothing is wrong yet";
   EXPECT_EQ(
         encrypt_after(kConfiguration,
                       [&] { node_.write("dev.public.jwk", stranger_.read("dev.public.jwk")); }),
         ErrorCode::config_untrusted);
}

TEST_F(ExchangedKey, ThatAPluginReadsIsSeen) {
   constexpr std::string_view kConfiguration =
         R"({"protectors":{"dev":{"plugin":"keyfile","config":{"key":"dev.jwk"}}},)"
         R"("rules":[{"protect":["dev"]}]})";
   EXPECT_EQ(encrypt_after(kConfiguration, [] {}), ErrorCode::internal) << "nothing is wrong yet";
   EXPECT_EQ(encrypt_after(kConfiguration,
                           [&] {
                              node_.write("dev.jwk", stranger_.read("dev.jwk"));
                              fs::remove(node_.folder() / "dev.jwk.pub");
                           }),
             ErrorCode::config_untrusted);
}

TEST(PublicKeyFile, ThatOthersMayWriteIsRefused) {
   Node node;
   const fs::path key = node.export_public("dev");
   node.configure(R"({"protectors":{"far":{"public-key":"dev.public.jwk"}},)"
                  R"("rules":[{"protect":["far"]}]})");
   EXPECT_NO_THROW(node.encrypt(sql_server_definition()));
   test::let_others_write(key);
   node.configure(node.read("keyseat.json"));
   const Error error = node.encrypt_error(sql_server_definition());
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.message(), HasSubstr("can be changed by other users"));
   SealOptions named; // by the user, who answers for it
   named.public_keys = {key};
   named.protectors = {};
   node.configure("{}");
   EXPECT_NO_THROW(node.encrypt(sql_server_definition(), named));
}

} // namespace
} // namespace keyseat::test
