// SPDX-License-Identifier: Apache-2.0

#include "linked_service/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace keyseat::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "pointer below properties: kind, remains" of each find.
std::vector<std::string> finds(std::string_view text) {
   std::vector<std::string> result;
   for (const Secret &secret : discover(load(text)).secrets) {
      result.push_back(readable_pointer(secret.pointer) + ": " +
                       std::string(secret_kind_name(secret.kind)) + ", " +
                       std::string(remains_name(secret.remains)));
   }
   return result;
}

bool has_notice(std::string_view text, Notice::Kind kind, std::string_view pointer) {
   const Discovery found = discover(load(text));
   return std::ranges::any_of(found.notices, [&](const Notice &notice) {
      return notice.kind == kind && readable_pointer(notice.pointer) == pointer;
   });
}

TEST(Discovery, finds_plain_and_secure_secrets_in_file_order) {
   EXPECT_THAT(finds(fixture("sql_server.json")),
               ElementsAre("typeProperties.connectionString: connection-string, rest",
                           "typeProperties.password: secure-string, nothing"));
}

TEST(Discovery, finds_secure_strings_anywhere) {
   EXPECT_THAT(finds(fixture("everywhere.json")),
               ElementsAre("parameters.pw.defaultValue: secure-string, mask",
                           "alwaysEncryptedSettings.servicePrincipalKey: secure-string, nothing",
                           "typeProperties.connectionString: connection-string, rest",
                           "typeProperties.unknown[1]: secure-string, mask"));
}

TEST(Discovery, masks_the_values_of_header_maps) {
   EXPECT_THAT(
         finds(definition_text("HttpServer",
                               R"({"authHeaders":{"a":"x","b":{"type":"SecureString","value":"y"},
                                     "c":"**********","d":{"type":"AzureKeyVaultSecret"},"e":""}})")),
         ElementsAre("typeProperties.authHeaders.a: property, mask",
                     "typeProperties.authHeaders.b: secure-string, mask"));
}

TEST(Discovery, splits_sas_uris_and_masks_unknown_dialects) {
   EXPECT_THAT(finds(fixture("sas.json")),
               ElementsAre("typeProperties.sasUri: sas-uri, rest",
                           "typeProperties.connectionString: connection-string, mask"));
}

TEST(Discovery, never_leaves_in_clear_what_was_marked_as_secret) {
   EXPECT_THAT(
         finds(definition_text(
               "SqlServer", R"({"connectionString":{"type":"SecureString","value":"Server=x"}})")),
         ElementsAre("typeProperties.connectionString: connection-string, mask"));
   EXPECT_THAT(finds(definition_text("SqlServer", R"({"connectionString":"Server=x"})")),
               IsEmpty());
}

struct NoSecret {
   const char *what;
   const char *value;
   bool is_noticed;
};

class LeftAlone : public ::testing::TestWithParam<NoSecret> {};

INSTANTIATE_TEST_SUITE_P(
      Values, LeftAlone,
      ::testing::Values(
            NoSecret{"mask", R"("**********")", true},
            NoSecret{"secure_mask", R"({"type":"SecureString","value":"**********"})", true},
            NoSecret{"expression", R"("@{linkedService().p}")", true},
            NoSecret{"escaped_expression", R"("\u0040linkedService().p")", true},
            NoSecret{"secure_expression", R"({"type":"SecureString","value":"@linkedService().p"})",
                     true},
            NoSecret{"expression_object", R"({"type":"Expression","value":"@linkedService().p"})",
                     true},
            NoSecret{
                  "nested_expression_object",
                  R"({"type":"SecureString","value":{"type":"Expression","value":"@linkedService().p"}})",
                  true},
            NoSecret{"arm_expression", R"("[parameters('p')]")", true},
            NoSecret{
                  "key_vault",
                  R"({"type":"AzureKeyVaultSecret","store":{"type":"LinkedServiceReference"},"secretName":"s"})",
                  true},
            NoSecret{"credential_reference",
                     R"({"type":"CredentialReference","referenceName":"c"})", true},
            NoSecret{"null", "null", false}, NoSecret{"empty", R"("")", false},
            NoSecret{"secure_empty", R"({"type":"SecureString","value":""})", false}),
      [](const auto &test) { return std::string(test.param.what); });

TEST_P(LeftAlone, at_a_secret_path) {
   const std::string text =
         definition_text("Sftp", "{\"password\":" + std::string(GetParam().value) + "}");
   EXPECT_THAT(finds(text), IsEmpty());
   EXPECT_EQ(has_notice(text, Notice::Kind::left_alone, "typeProperties.password"),
             GetParam().is_noticed);
}

TEST_P(LeftAlone, under_a_secret_name_of_an_unknown_type) {
   EXPECT_THAT(
         finds(definition_text("Nope", "{\"password\":" + std::string(GetParam().value) + "}")),
         IsEmpty());
}

TEST(Discovery, takes_what_only_looks_like_an_expression) {
   for (const std::string_view value :
        {R"j("@dmin(1)")j", R"("[abc]")", R"j("[[concat('x')]")j", R"("*********")",
         R"("***********")", "1234", R"("x@{linkedService().p}")", R"({"hidden":"x"})",
         R"({"type":"Expression","value":"hunter2"})", R"({"type":"Expression","value":1})",
         R"(["x"])"}) {
      EXPECT_THAT(finds(definition_text("Sftp", "{\"password\":" + std::string(value) + "}")),
                  ElementsAre("typeProperties.password: property, nothing"))
            << value;
   }
}

TEST(Discovery, finds_secrets_of_unknown_types_by_name_and_look) {
   const std::string text = fixture("unknown_type.json");
   EXPECT_THAT(finds(text), ElementsAre("typeProperties.api_key: property, mask",
                                        "typeProperties.tokens.accessToken: property, mask",
                                        "typeProperties.secret[0]: property, mask",
                                        "typeProperties.secret[1]: property, mask",
                                        "typeProperties.conn: connection-string, rest",
                                        "typeProperties.uri: connection-string, mask",
                                        "typeProperties.blob: sas-uri, rest",
                                        "typeProperties.other: connection-string, mask"));
   EXPECT_TRUE(has_notice(text, Notice::Kind::unknown_type, "type"));
}

TEST(Discovery, uses_the_same_rules_for_types_without_a_schema) {
   EXPECT_THAT(finds(definition_text("CustomDataSource", R"({"apiKey":"x"})")),
               ElementsAre("typeProperties.apiKey: property, mask"));
   EXPECT_FALSE(
         has_notice(definition_text("CustomDataSource", "{}"), Notice::Kind::unknown_type, "type"));
}

TEST(Discovery, takes_an_expression_object_that_spells_a_secret_out) {
   EXPECT_THAT(finds(definition_text("Nope", R"({"pwd":{"type":"Expression","value":"hunter2"}})")),
               ElementsAre("typeProperties.pwd: property, mask"));
   const std::string sql = definition_text(
         "SqlServer",
         R"({"connectionString":{"type":"Expression","value":"Server=@{linkedService().s};Password=x"}})");
   EXPECT_THAT(finds(sql), ElementsAre("typeProperties.connectionString: connection-string, rest"));
   const TakenOut taken = take_all(load(sql));
   EXPECT_EQ(restore(taken.text.reveal_text(), taken.payload), sql);
}

TEST(Discovery, takes_a_mask_object_that_holds_more_than_a_mask) {
   EXPECT_THAT(finds(definition_text(
                     "Sftp", R"({"a":{"type":"SecureString","value":"**********","b":"SECRET"}})")),
               ElementsAre("typeProperties.a: secure-string, mask"));
}

TEST(Discovery, takes_or_tells_of_text_that_is_glued_to_a_mask_or_an_interpolation) {
   for (const std::string_view text :
        {"Password=@{linkedService().p}S3cret1", "https://u:@{linkedService().p}S3cret2@h/",
         "Password=**********S3cret3"}) {
      const std::string properties = "{\"note\":\"" + std::string(text) + "\"}";
      EXPECT_EQ(finds(definition_text("Nope", properties)).size(), 1U) << text;
      EXPECT_TRUE(has_notice(definition_text("SqlServer", properties), Notice::Kind::may_be_secret,
                             "typeProperties.note"))
            << text;
   }
}

TEST(Discovery, finds_a_secret_number) {
   EXPECT_THAT(finds(definition_text("Nope", R"({"pwd":123,"port":22,"isPassword":true})")),
               ElementsAre("typeProperties.pwd: property, mask"));
}

TEST(Discovery, tells_what_stays_in_clear_and_may_be_secret) {
   const auto told = [](std::string_view type, std::string_view properties,
                        std::string_view pointer, std::string_view more = "") {
      return has_notice(definition_text(type, properties, more), Notice::Kind::may_be_secret,
                        pointer);
   };
   EXPECT_TRUE(told("Oracle", R"({"initializationString":"ALTER"})",
                    "typeProperties.initializationString"));
   EXPECT_TRUE(told("Sftp", R"({"apiKey":"x"})", "typeProperties.apiKey"));
   EXPECT_TRUE(told("Sftp", R"({"host":"https://x?sig=y"})", "typeProperties.host"));
   EXPECT_TRUE(told("SqlServer", R"j({"connectionString":"@concat('Server=x;Password=','y')"})j",
                    "typeProperties.connectionString"));
   EXPECT_TRUE(told("Sftp", "{}", "parameters.pw.defaultValue",
                    R"(,"parameters":{"pw":{"type":"String","defaultValue":"Password=x"}})"));
   EXPECT_FALSE(told("Sftp", R"({"host":"h"})", "typeProperties.host"));
}

TEST(Discovery, tells_that_a_destination_can_be_redirected) {
   const std::string sftp =
         definition_text("Sftp", R"({"host":"@{linkedService().h}","password":"x"})");
   EXPECT_TRUE(has_notice(sftp, Notice::Kind::redirectable, "typeProperties.host"));
   const std::string sql = definition_text(
         "SqlServer", R"({"connectionString":"Server=@{linkedService().s};Password=x"})");
   EXPECT_TRUE(has_notice(sql, Notice::Kind::redirectable, "typeProperties.connectionString"));
   const std::string harmless = definition_text("Sftp", R"({"host":"@{linkedService().h}"})");
   EXPECT_FALSE(has_notice(harmless, Notice::Kind::redirectable, "typeProperties.host"));
}

TEST(Discovery, tells_of_a_vendors_credential) {
   // {"CredentialId":"x","Version":"2.0"}
   EXPECT_TRUE(has_notice(
         definition_text(
               "Sftp",
               R"({"encryptedCredential":"eyJDcmVkZW50aWFsSWQiOiJ4IiwiVmVyc2lvbiI6IjIuMCJ9"})"),
         Notice::Kind::vendor_credential, "typeProperties.encryptedCredential"));
   EXPECT_THAT(finds(definition_text("Nope", R"({"encryptedCredential":"abc"})")), IsEmpty());
}

TEST(Discovery, never_quotes_a_secret) {
   for (const std::string &name : fixtures()) {
      const Discovery found = discover(load(fixture(name)));
      for (const Secret &secret : found.secrets) {
         EXPECT_EQ((secret.pointer + secret.why + secret.left).find("SECRET"), std::string::npos);
      }
      for (const Notice &notice : found.notices) {
         EXPECT_EQ((notice.pointer + notice.text).find("SECRET"), std::string::npos);
      }
   }
}

TEST(Discovery, tells_of_expressions_that_spell_a_secret_out) {
   for (const std::string_view value :
        {"@concat('hunter2','!')", "@string('hunter2')", "@base64('hunter2')",
         "@if(true,'hunter2','')", "@{concat('hunter2')}", "[concat('hunter2')]"}) {
      const std::string plain = "\"" + std::string(value) + "\"";
      for (const std::string &member :
           {plain, R"({"type":"SecureString","value":)" + plain + "}"}) {
         for (const auto *type : {"Sftp", "Nope"}) {
            const std::string text = definition_text(type, "{\"password\":" + member + "}");
            EXPECT_THAT(finds(text), IsEmpty()) << text;
            EXPECT_TRUE(has_notice(text, Notice::Kind::may_be_secret, "typeProperties.password"))
                  << text;
         }
      }
   }
}

TEST(Discovery, tells_of_expressions_in_a_connection_string_that_spell_a_secret_out) {
   for (const auto *type : {"SqlServer", "Nope"}) {
      const std::string text = definition_text(
            type, R"({"connectionString":"Server=s;Password=@{concat('hunter2','')};x=1"})");
      EXPECT_THAT(finds(text), IsEmpty());
      EXPECT_TRUE(has_notice(text, Notice::Kind::may_be_secret, "typeProperties.connectionString"))
            << type;
   }
}

TEST(Discovery, takes_a_secure_string_that_holds_more_than_a_value) {
   for (const std::string_view value :
        {R"("value":null,"n":"hunter2")", R"("value":"","n":"hunter2")", R"("n":"hunter2")",
         R"("value":"@linkedService().x","n":"hunter2")"}) {
      EXPECT_THAT(finds(definition_text(
                        "Sftp", R"({"a":{"type":"SecureString",)" + std::string(value) + "}}")),
                  ElementsAre("typeProperties.a: secure-string, mask"))
            << value;
   }
}

} // namespace
} // namespace keyseat::test
