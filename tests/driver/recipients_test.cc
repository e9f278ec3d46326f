// SPDX-License-Identifier: Apache-2.0
//
// Who becomes a recipient, and under which name.

#include "driver/node.h"

#include "jose/jwe.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace keyseat::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> kids_of(std::string_view encrypted) {
   std::vector<std::string> kids;
   const Jwe jwe = Jwe::parse(credential_json(encrypted));
   for (const JweRecipient &recipient : jwe.recipients())
      kids.push_back(recipient.kid.value_or(""));
   return kids;
}

// The JWK of `file` under another kid.
std::string with_kid(std::string text, std::string_view kid) {
   const auto begin = text.find(R"("kid":")") + 7;
   return text.replace(begin, text.find('"', begin) - begin, kid);
}

SealOptions for_keys(std::vector<std::filesystem::path> public_keys) {
   SealOptions options;
   options.public_keys = std::move(public_keys);
   return options;
}

TEST(Recipients, APublicKeyIsAddedToThoseOfTheRules) {
   Node node({"prod"});
   Node office({"dev", "recovery"});
   const std::string encrypted =
         office.encrypt(sql_server_definition(), for_keys({node.export_public("prod")}));
   EXPECT_EQ(kids_of(encrypted).size(), 3U);
   EXPECT_EQ(node.decrypt(encrypted), sql_server_definition());
   EXPECT_EQ(office.decrypt(encrypted), sql_server_definition());
}

TEST(Recipients, ProtectorsByNameReplaceThoseOfTheRules) {
   Node node({"dev", "recovery"});
   SealOptions options = for_keys({});
   options.protectors = {"recovery"};
   const std::string kid = read_public_key(node.export_public("recovery")).kid();
   EXPECT_THAT(kids_of(node.encrypt(sql_server_definition(), options)), ElementsAre(kid));
}

TEST(Recipients, APublicKeyIsEnoughWhereNoRuleMatches) {
   Node node({"dev"});
   const auto key = node.export_public("dev");
   node.configure("{}");
   const std::string encrypted = node.encrypt(sql_server_definition(), for_keys({key}));
   EXPECT_THAT(kids_of(encrypted), ElementsAre(read_public_key(key).kid()));
   EXPECT_EQ(node.encrypt_error(sql_server_definition()).code(), ErrorCode::config_invalid);
}

TEST(Recipients, AKeyThatBearsAnotherKeysKidIsStillARecipientOfItsOwn) {
   Node node({"dev"});
   Node other({"prod"});
   const auto prod = other.export_public("prod");
   const std::string dev_kid = read_public_key(node.export_public("dev")).kid();
   const auto disguised =
         other.write("disguised.jwk", with_kid(other.read("prod.public.jwk"), dev_kid));
   const std::string encrypted = node.encrypt(sql_server_definition(), for_keys({disguised}));
   EXPECT_THAT(kids_of(encrypted), ElementsAre(dev_kid, read_public_key(prod).kid()));
   EXPECT_EQ(other.decrypt(encrypted), sql_server_definition());
   EXPECT_EQ(node.decrypt(encrypted), sql_server_definition());
}

TEST(Recipients, TwoForeignKeysOfOneKidAreTwoRecipients) {
   Node node({"a", "b"});
   node.export_public("a");
   node.export_public("b");
   SealOptions options = for_keys({node.write("1.jwk", with_kid(node.read("a.public.jwk"), "1")),
                                   node.write("2.jwk", with_kid(node.read("b.public.jwk"), "1"))});
   options.protectors = {"a"};
   EXPECT_EQ(kids_of(node.encrypt(sql_server_definition(), options)).size(), 2U)
         << "a by its name and by its file, and b";
}

TEST(Recipients, APublicKeyThatIsNoKeyIsNamed) {
   Node node({"dev"});
   const auto low_order = node.write(
         "zero.jwk",
         R"({"kty":"OKP","crv":"X25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})");
   const Error error = node.encrypt_error(sql_server_definition(), for_keys({low_order}));
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.message(), HasSubstr(low_order.string()));
}

TEST(Recipients, TheKeyThatTheConfigurationNamedWhenItWasReadIsTheOneThatIsUsed) {
   Node node({"dev"});
   Node stranger({"evil"});
   node.export_public("dev");
   const std::string kid = read_public_key(node.folder() / "dev.public.jwk").kid();
   node.configure(R"({"protectors":{"far":{"public-key":"dev.public.jwk"}},)"
                  R"("rules":[{"protect":["far"]}]})");
   stranger.export_public("evil");
   node.write("dev.public.jwk", stranger.read("evil.public.jwk"));
   EXPECT_THAT(kids_of(node.encrypt(sql_server_definition())), ElementsAre(kid));
}

} // namespace
} // namespace keyseat::test
