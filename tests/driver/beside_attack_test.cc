// SPDX-License-Identifier: Apache-2.0
//
// Attacks on definitions whose secrets stand beside typeProperties: what stands with such a secret says
// where it goes, and is bound.

#include "driver/binding_digest.h"
#include "driver/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

using testing::HasSubstr;

struct Beside {
   std::string name;
   std::string definition;
   std::string from; // what the attacker replaces in the encrypted definition
   std::string to;
   std::string differs; // what the error names
};

class AttackBeside : public testing::TestWithParam<Beside> {};

TEST_P(AttackBeside, ChangeTheDestination) {
   Node node;
   const std::string encrypted = node.encrypt(GetParam().definition);
   EXPECT_EQ(node.decrypt(encrypted), GetParam().definition);
   const Error error = node.decrypt_error(replaced(encrypted, GetParam().from, GetParam().to));
   EXPECT_EQ(error.code(), ErrorCode::binding_differs) << error.message();
   EXPECT_THAT(error.message(), HasSubstr(GetParam().differs));
}

INSTANTIATE_TEST_SUITE_P(
      OfSecretsBesideTypeProperties, AttackBeside,
      testing::Values(
            Beside{"ConnectionString",
                   R"({"properties":{"type":"SqlServer","typeProperties":{"userName":"u"},)"
                   R"("connectionString":"Server=good;Password=hunter2"}})",
                   "Server=good", "Server=evil", "connectionString"},
            Beside{"SasUri",
                   R"({"properties":{"type":"AzureBlobStorage","typeProperties":{},)"
                   R"("sasUri":"https://good/c?sig=hunter2"}})",
                   "https://good", "https://evil", "sasUri"},
            Beside{"MemberNextToTheSecret",
                   R"({"properties":{"type":"SqlServer","typeProperties":{"userName":"u"},)"
                   R"("alwaysEncryptedSettings":{"url":"https://good",)"
                   R"("servicePrincipalKey":"hunter2"}}})",
                   "https://good", "https://evil", "alwaysEncryptedSettings"},
            Beside{"MemberAddedNextToTheSecret",
                   R"({"properties":{"type":"SqlServer","typeProperties":{"userName":"u"},)"
                   R"("alwaysEncryptedSettings":{"a":1,"servicePrincipalKey":"hunter2"}}})",
                   R"("a":1)", R"("a":1,"url":"https://evil")", "alwaysEncryptedSettings"},
            Beside{"SecureStringAnywhereInProperties",
                   R"({"properties":{"type":"HttpServer","typeProperties":{"url":"https://a"},)"
                   R"("More":{"Dest":"https://good","k":{"type":"SecureString","value":"x"}}}})",
                   "https://good", "https://evil", "More"},
            Beside{"SecureStringAtTheRoot",
                   R"({"more":[{"dest":"https://good","k":{"type":"SecureString","value":"x"}}],)"
                   R"("properties":{"type":"HttpServer","typeProperties":{"url":"https://a"}}})",
                   "https://good", "https://evil", "more"},
            Beside{"SecureStringInTheEtag",
                   R"({"etag":{"dest":"https://good","k":{"type":"SecureString","value":"x"}},)"
                   R"("properties":{"type":"HttpServer","typeProperties":{"url":"https://a"}}})",
                   "https://good", "https://evil", "etag"},
            Beside{"SecureStringInConnectVia",
                   R"({"properties":{"type":"HttpServer","typeProperties":{"url":"https://a"},)"
                   R"("connectVia":{"referenceName":"IR","via":{"dest":"https://good",)"
                   R"("k":{"type":"SecureString","value":"x"}}}}})",
                   "https://good", "https://evil", "connectVia.via"}),
      [](const auto &tested) { return tested.param.name; });

TEST(Attack, DropAMemberBesideTypeProperties) {
   Node node;
   const std::string encrypted = node.encrypt(
         R"({"properties":{"type":"SqlServer","typeProperties":{"userName":"u"},)"
         R"("alwaysEncryptedSettings":{"url":"https://good","servicePrincipalKey":"hunter2"}}})");
   EXPECT_EQ(node.decrypt_error(replaced(encrypted,
                                         R"("alwaysEncryptedSettings":{"url":"https://good"})",
                                         R"("Other":1)"))
                   .code(),
             ErrorCode::binding_differs);
}

TEST(Attack, AnArmExpressionBesideASecretBesideTypePropertiesIsNotBoundUnseen) {
   Node node;
   EXPECT_EQ(node.encrypt_error(
                       R"({"properties":{"type":"SqlServer","typeProperties":{"userName":"u"},)"
                       R"("alwaysEncryptedSettings":{"url":"[parameters('x')]",)"
                       R"("servicePrincipalKey":"hunter2"}}})")
                   .code(),
             ErrorCode::config_invalid);
}

// What nobody put a secret into may change: a description is no destination.
TEST(BindingBeside, LeavesMembersWithoutSecretsFree) {
   Node node;
   const std::string definition =
         R"({"etag":"1","properties":{"type":"SqlServer","description":"old",)"
         R"("typeProperties":{"password":"hunter2"},"connectionString":"Server=s;Password=x"}})";
   const std::string encrypted = node.encrypt(definition);
   const std::string edited = replaced(replaced(encrypted, "\"old\"", "\"new\""), "\"1\"", "\"2\"");
   EXPECT_EQ(node.decrypt(edited),
             replaced(replaced(definition, "\"old\"", "\"new\""), "\"1\"", "\"2\""));
}

} // namespace
} // namespace keyseat::test
