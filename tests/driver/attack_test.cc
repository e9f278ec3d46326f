// SPDX-License-Identifier: Apache-2.0
//
// What must not work: attacks on an encrypted definition, each named after what the attacker does. He
// owns the file, and knows the public keys; he does not have a private key.

#include "driver/node.h"

#include "driver/binding_digest.h"
#include "driver/credential_text.h"
#include "jose/digest.h"
#include "jose/jwe.h"
#include "linked_service/payload.h"
#include "linked_service/take_out.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

using testing::HasSubstr;

std::string definition_with_parameter() {
   return R"({"name":"Rest","properties":{"type":"RestService","parameters":{"host":{"type":"String",)"
          R"("defaultValue":"good.example"}},"typeProperties":{"url":"https://@{linkedService().host}/",)"
          R"("userName":"u","password":{"type":"SecureString","value":"S3cr3t-Pa55phrase"},)"
          R"("clientSecret":{"type":"SecureString","value":"An0ther-0ne"}},)"
          R"("connectVia":{"referenceName":"ProdRuntime","type":"IntegrationRuntimeReference"}}})";
}

TEST(Attack, ChangeTheDestination) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   const Error error = node.decrypt_error(replaced(encrypted, "Server=sql01", "Server=evil01"));
   EXPECT_EQ(error.code(), ErrorCode::binding_differs);
   EXPECT_EQ(error.exit_code(), 8);
   EXPECT_THAT(error.message(), HasSubstr("typeProperties.connectionString"));
   EXPECT_EQ(error.place().pointer, "/properties/typeProperties/connectionString");
}

TEST(Attack, ChangeTheDestinationThroughAParametersDefault) {
   Node node;
   const std::string encrypted = node.encrypt(definition_with_parameter());
   const Error error = node.decrypt_error(replaced(encrypted, "good.example", "evil.example"));
   EXPECT_EQ(error.code(), ErrorCode::binding_differs);
   EXPECT_THAT(error.message(), HasSubstr("parameters.host"));
}

TEST(Attack, PasteIntoAnotherDefinition) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   const std::string other =
         node.encrypt(replaced(sql_server_definition(), "Server=sql01", "Server=evil01"));
   const std::string pasted =
         replaced(other, sdk::jose::base64_encode(as_bytes(credential_json(other))),
                  sdk::jose::base64_encode(as_bytes(credential_json(encrypted))));
   EXPECT_EQ(node.decrypt_error(pasted).code(), ErrorCode::binding_differs);
}

TEST(Attack, PasteIntoAnotherType) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   EXPECT_EQ(
         node.decrypt_error(replaced(encrypted, "\"SqlServer\"", "\"AzureSqlDatabase\"")).code(),
         ErrorCode::binding_differs);
}

TEST(Attack, PasteIntoAnotherRuntime) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   EXPECT_EQ(node.decrypt_error(replaced(encrypted, "ProdRuntime", "EvilRuntime")).code(),
             ErrorCode::binding_differs);
}

TEST(Attack, PasteUnderAnotherNameWhereTheBindingIsStrict) {
   Node node;
   SealOptions options;
   options.binding = "strict";
   const std::string encrypted = node.encrypt(sql_server_definition(), options);
   const Error error = node.decrypt_error(replaced(encrypted, "SqlServerLinkedService", "Other"));
   EXPECT_EQ(error.code(), ErrorCode::binding_differs);
   EXPECT_EQ(error.place().pointer, "/name");
}

TEST(Attack, DropAMember) {
   Node node;
   const std::string encrypted = node.encrypt(definition_with_parameter());
   EXPECT_EQ(node.decrypt_error(replaced(encrypted, R"("userName":"u",)", "")).code(),
             ErrorCode::binding_differs);
}

TEST(Attack, AddAMember) {
   Node node;
   const std::string encrypted = node.encrypt(definition_with_parameter());
   const Error error =
         node.decrypt_error(replaced(encrypted, R"("userName":)", R"("proxy":"evil","userName":)"));
   EXPECT_EQ(error.code(), ErrorCode::binding_differs);
   EXPECT_THAT(error.message(), HasSubstr("typeProperties.proxy"));
}

// A definition of many members must not make a message of as many names.
TEST(Attack, ChangeThousandsOfMembers) {
   Node node;
   std::string members;
   for (int i = 0; i < 3000; ++i)
      members += fmt::format(R"("Member{}":"a",)", i);
   const std::string encrypted =
         node.encrypt(R"({"properties":{"type":"HttpServer","typeProperties":{)" + members +
                      R"("password":"hunter2"}}})");
   std::string attacked = encrypted;
   for (auto at = attacked.find(R"(:"a")"); at != std::string::npos; at = attacked.find(R"(:"a")"))
      attacked[at + 2] = 'b';
   const Error error = node.decrypt_error(attacked);
   EXPECT_EQ(error.code(), ErrorCode::binding_differs);
   EXPECT_THAT(error.message(), HasSubstr("typeProperties.Member0, "));
   EXPECT_THAT(error.message(), HasSubstr("and 2990 more differ"));
   EXPECT_LT(error.message().size(), 1000);
}

TEST(Attack, ABindingWhoseMembersAreNoPointers) {
   for (const auto *name : {"x", "/a~", "/a~2"}) {
      EXPECT_THROW(
            parse_binding(fmt::format(
                  R"({{"members":{{"{}":"{}"}},"salt":"AAAAAAAAAAAAAAAAAAAAAA","scope":"type"}})",
                  name, std::string(43, 'A'))),
            Error)
            << name;
   }
}

TEST(Attack, TurnAValuesJsonTypeIntoAnother) {
   Node node;
   const std::string encrypted = node.encrypt(definition_with_parameter());
   EXPECT_EQ(
         node.decrypt_error(replaced(encrypted, R"("userName":"u")", R"("userName":["u"])")).code(),
         ErrorCode::binding_differs);
}

TEST(Attack, DuplicateMembersInAnyCase) {
   Node node;
   const std::string encrypted = node.encrypt(definition_with_parameter());
   for (const auto *twin : {R"("userName":"evil",)", R"("USERNAME":"evil",)"}) {
      EXPECT_EQ(node.decrypt_error(replaced(encrypted, R"("userName":)",
                                            twin + std::string(R"("userName":)")))
                      .code(),
                ErrorCode::definition_invalid);
   }
}

TEST(Attack, RemoveARecipient) {
   Node node({"dev", "recovery"});
   const std::string attacked =
         with_credential(node.encrypt(sql_server_definition()), [](const std::string &json) {
            const auto begin = json.find("{\"encrypted_key\"");
            const auto second = json.find("{\"encrypted_key\"", begin + 1);
            return json.substr(0, begin) + json.substr(second);
         });
   EXPECT_EQ(node.decrypt_error(attacked).code(), ErrorCode::credential_refused);
}

TEST(Attack, SwapRecipientsHeaders) {
   Node node({"dev", "recovery"});
   const std::string attacked =
         with_credential(node.encrypt(sql_server_definition()), [](const std::string &json) {
            const auto part = [&](std::size_t from) {
               const auto begin = json.find("\"header\":", from);
               return std::pair(begin, json.find("}}", begin));
            };
            const auto [a, a_end] = part(0);
            const auto [b, b_end] = part(a_end);
            return json.substr(0, a) + json.substr(b, b_end - b) + json.substr(a_end, b - a_end) +
                   json.substr(a, a_end - a) + json.substr(b_end);
         });
   EXPECT_EQ(node.decrypt_error(attacked).code(), ErrorCode::credential_refused);
}

TEST(Attack, FlipAnyBitOfTheCredential) {
   Node node({"dev"}, "oct");
   const std::string encrypted = node.encrypt(sql_server_definition());
   const std::string text = sdk::jose::base64_encode(as_bytes(credential_json(encrypted)));
   const auto at = encrypted.find(text);
   for (std::size_t i = 0; i < text.size(); ++i) {
      std::string attacked = encrypted;
      attacked[at + i] = static_cast<char>(attacked[at + i] ^ (1 << (i % 5)));
      // Exit 8 for a credential or binding that is refused. A character that is a control character or a
      // quotation mark makes the file no JSON.
      const Error error = node.decrypt_error(attacked);
      EXPECT_TRUE(error.exit_code() == 8 || error.code() == ErrorCode::definition_invalid)
            << "character " << i << ": " << error.message();
   }
}

TEST(Attack, TruncateAnywhere) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   const std::string text = sdk::jose::base64_encode(as_bytes(credential_json(encrypted)));
   for (std::size_t size = 0; size < text.size(); size += 7) {
      EXPECT_EQ(node.decrypt_error(replaced(encrypted, text, text.substr(0, size))).code(),
                ErrorCode::credential_refused)
            << size;
   }
}

// The attacker makes a credential of his own for the node's public key, with a payload of his choosing.
class ForgedPayload : public testing::Test {
 protected:
   std::string forge(const std::string &definition, const Payload &payload) {
      DefinitionFile file;
      file.content = as_bytes(definition);
      file.name = "definition.json";
      const LoadedDefinition left = load_definition(file);
      const SecretBytes cek = sdk::jose::random_secret(key_memory(), kCekSize);
      auto wrapped =
            sdk::jose::wrap_key(key_memory(), read_public_key(node_.export_public("dev")), cek);
      const Jwe jwe = Jwe::seal({}, make_binding(left.definition, BindingScope::target),
                                {make_recipient(wrapped.header, wrapped.encrypted_key)},
                                write_payload(payload), cek);
      return std::string(
            insert_credential(left.document, left.definition, write_credential(jwe)).reveal_text());
   }

   Payload payload_with(std::string_view pointer, std::string_view raw, std::size_t at) {
      Payload payload;
      TakenSecret taken{std::string(pointer),
                        Remains::nothing,
                        at,
                        0,
                        SecretBytes(document_memory(), as_bytes(raw)),
                        {}};
      payload.secrets.push_back(std::move(taken));
      payload.left_digest = plain_digest({});
      return payload;
   }

   Node node_;
   const std::string left_ =
         R"({"name":"Rest","properties":{"type":"RestService","typeProperties":{"url":"https://good/"}}})";
};

TEST_F(ForgedPayload, PointersOutsideOfTheSecretsAreRefused) {
   for (const auto *pointer : {"/properties/typeProperties/proxy", "/properties/annotations",
                               "/name", "/properties/typeProperties", ""}) {
      const Error error =
            node_.decrypt_error(forge(left_, payload_with(pointer, R"(,"x":"evil")", 80)));
      EXPECT_EQ(error.code(), ErrorCode::credential_refused) << pointer;
   }
}

TEST_F(ForgedPayload, AValueThatReplacesABoundMemberIsRefused) {
   EXPECT_EQ(node_.decrypt_error(forge(left_, payload_with("/properties/typeProperties/url",
                                                           R"("https://evil/")", 0)))
                   .code(),
             ErrorCode::credential_refused);
}

TEST_F(ForgedPayload, ARuntimeAddedAsASecureStringIsRefused) {
   const std::string raw =
         R"(,"connectVia":{"type":"SecureString","value":"x","referenceName":"EvilRuntime"})";
   const auto behind = left_.size() - 2; // of the properties
   EXPECT_EQ(node_.decrypt_error(forge(left_, payload_with("/properties/connectVia", raw, behind)))
                   .code(),
             ErrorCode::credential_refused);
}

TEST_F(ForgedPayload, TextThatClosesItsObjectIsRefused) {
   EXPECT_EQ(
         node_.decrypt_error(forge(left_, payload_with("/properties/typeProperties/password",
                                                       R"(,"password":"x"},"connectVia":{)", 80)))
               .code(),
         ErrorCode::credential_refused);
}

TEST_F(ForgedPayload, TheSamePointerTwiceIsRefused) {
   Payload payload = payload_with("/properties/typeProperties/password", R"(,"password":"x")", 80);
   payload.secrets.push_back(
         std::move(payload_with("/properties/typeProperties/password", R"(,"password":"y")", 80)
                         .secrets.front()));
   EXPECT_EQ(node_.decrypt_error(forge(left_, payload)).code(), ErrorCode::credential_refused);
}

TEST(Attack, AHeaderThatNamesAFileLibraryOrKeyOfItsOwnIsNotFollowed) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   for (const auto *member : {R"("jku":"file:///etc/passwd",)", R"("plugin":"evil",)"}) {
      const std::string attacked = with_credential(encrypted, [&](const std::string &json) {
         return replaced(json, "\"kid\":", member + std::string("\"kid\":"));
      });
      EXPECT_EQ(node.decrypt_error(attacked).code(), ErrorCode::credential_refused);
   }
}

TEST(Attack, AnAlgorithmOfAnotherKeyTypeDoesNotTouchTheKey) {
   Node node({"dev"}, "oct");
   const std::string attacked =
         with_credential(node.encrypt(sql_server_definition()), [](const std::string &json) {
            return replaced(json, "\"alg\":\"A256KW\"", "\"alg\":\"RSA-OAEP-256\"");
         });
   EXPECT_EQ(node.decrypt_error(attacked).code(), ErrorCode::credential_refused);
}

} // namespace
} // namespace keyseat::test
