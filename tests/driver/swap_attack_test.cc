// SPDX-License-Identifier: Apache-2.0
//
// What must not work: moving secrets and the masks that stand for them, and hiding a recipient's part
// behind another. Each test is named after what the attacker does.

#include "driver/node.h"

#include "jose/jwe.h"
#include "linked_service/payload.h"

#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace keyseat::test {
namespace {

using testing::HasSubstr;

constexpr std::string_view kMask = R"({"type":"SecureString","value":"**********"})";

// Two secrets in a list, which leave masks, and two that leave nothing.
std::string definition_with_list() {
   return R"({"name":"Rest","properties":{"type":"RestService","typeProperties":{"url":"https://good/",)"
          R"("password":{"type":"SecureString","value":"S3cr3t-Pa55phrase"},)"
          R"("clientSecret":{"type":"SecureString","value":"An0ther-0ne"},)"
          R"("list":[{"type":"SecureString","value":"F1rst"},"b",{"type":"SecureString","value":"S3cond"}]}}})";
}

// The credential of `encrypted`, sealed anew by somebody who could open it: the same definition, other
// recipients or another payload.
class Resealed : public testing::Test {
 protected:
   std::string reseal(const std::string &encrypted,
                      const std::function<void(std::vector<JweRecipient> &, BytesView cek)> &add,
                      const std::function<void(Payload &)> &change) {
      return with_credential(encrypted, [&](const std::string &json) {
         const Jwe jwe = Jwe::parse(json);
         const auto key = sdk::jose::PrivateJwk::parse(key_memory(), node_.read("dev.jwk"));
         const SecretBytes cek = sdk::jose::unwrap_key(key_memory(), key, jwe.merged_header(0),
                                                       jwe.recipients()[0].encrypted_key);
         Payload payload = read_payload(jwe.open(document_memory(), cek).reveal_text());
         change(payload);
         std::vector<JweRecipient> recipients;
         add(recipients, cek);
         recipients.push_back(jwe.recipients()[0]);
         return Jwe::seal(jwe.id(), jwe.binding(), std::move(recipients), write_payload(payload),
                          cek)
               .to_json();
      });
   }

   Node node_;
   const std::string encrypted_ = node_.encrypt(definition_with_list());
};

const auto kNoRecipient = [](std::vector<JweRecipient> &, BytesView) {};
const auto kNoChange = [](Payload &) {};

TEST_F(Resealed, UnchangedOpens) {
   EXPECT_EQ(node_.decrypt(reseal(encrypted_, kNoRecipient, kNoChange)), definition_with_list());
}

TEST_F(Resealed, SwapTwoSecrets) {
   const std::string attacked = reseal(encrypted_, kNoRecipient, [](Payload &payload) {
      ASSERT_EQ(payload.secrets.size(), 4U);
      std::swap(payload.secrets[0].pointer, payload.secrets[1].pointer);
   });
   EXPECT_EQ(node_.decrypt_error(attacked).code(), ErrorCode::credential_refused);
}

TEST_F(Resealed, PutARefusedPartWithoutKidBeforeTheOneThatOpens) {
   const std::string attacked = reseal(
         encrypted_,
         [&](std::vector<JweRecipient> &recipients, BytesView cek) {
            auto part = sdk::jose::wrap_key(key_memory(),
                                            read_public_key(node_.export_public("dev")), cek);
            const auto kid = part.header.find(R"(,"kid")");
            part.header.erase(kid, part.header.find('"', kid + 8) + 1 - kid);
            part.encrypted_key[0] ^= 1;
            recipients.push_back(make_recipient(part.header, part.encrypted_key));
         },
         kNoChange);
   EXPECT_EQ(node_.decrypt(attacked), definition_with_list());
}

TEST(MaskAttack, SwapTwoSecrets) {
   Node node;
   const std::string mask(kMask);
   const std::string encrypted = node.encrypt(definition_with_list());
   EXPECT_EQ(node.decrypt_error(replaced(encrypted, mask + ",\"b\"", "\"b\"," + mask)).exit_code(),
             8);
}

TEST(MaskAttack, InsertAMaskIntoABoundArray) {
   Node node;
   const std::string mask(kMask);
   const std::string encrypted = node.encrypt(definition_with_list());
   EXPECT_EQ(node.decrypt_error(replaced(encrypted, "\"b\"", mask + ",\"b\"")).exit_code(), 8);
}

TEST(MaskAttack, AddAMemberWithAMask) {
   Node node;
   const std::string encrypted = node.encrypt(definition_with_list());
   const auto attacked = [&](const std::string &member) {
      return replaced(encrypted, "\"url\"", member + ",\"url\"");
   };
   const std::string more = R"({"type":"SecureString","value":"**********","host":"evil"})";
   EXPECT_EQ(node.decrypt_error(attacked("\"proxy\":" + more)).exit_code(), 8);
   // Exactly a mask brings nothing but its name (linked_service/binding.h).
   const std::string mask = "\"proxy\":" + std::string(kMask);
   const std::string decrypted = node.decrypt(attacked(mask));
   EXPECT_THAT(decrypted, HasSubstr(mask));
   EXPECT_THAT(decrypted, HasSubstr("S3cr3t-Pa55phrase"));
}

TEST(MaskAttack, PutAMaskInThePlaceOfABoundValue) {
   Node node;
   const std::string encrypted = node.encrypt(definition_with_list());
   EXPECT_EQ(node.decrypt_error(replaced(encrypted, "\"https://good/\"", kMask)).exit_code(), 8);
}

TEST(Candidates, AProtectorWithoutAKeyDoesNotHideTheRefusalOfTheOneThatHasIt) {
   Node node({"dev", "lost"});
   SealOptions options;
   options.protectors = {"dev"};
   const std::string attacked = with_credential(
         node.encrypt(sql_server_definition(), options), [&](const std::string &json) {
            const Jwe jwe = Jwe::parse(json);
            const SecretBytes cek = sdk::jose::random_secret(key_memory(), kCekSize);
            JweRecipient recipient = jwe.recipients()[0];
            recipient.encrypted_key[0] ^= 1;
            return Jwe::seal(jwe.id(), jwe.binding(), {recipient}, as_bytes("{}"), cek).to_json();
         });
   for (const auto *file : {"lost.jwk", "lost.jwk.pub"})
      std::filesystem::remove(node.folder() / file);
   node.configure(node.read("keyseat.json"));
   const Error error = node.decrypt_error(attacked);
   EXPECT_EQ(error.code(), ErrorCode::credential_refused) << error.message();
   EXPECT_THAT(error.hint(), HasSubstr("lost"));
}

TEST(Candidates, AProtectorWithoutAKeyIsTheOneToNameWhenNobodyClaims) {
   Node node({"dev"});
   const std::string encrypted = node.encrypt(sql_server_definition());
   for (const auto *file : {"dev.jwk", "dev.jwk.pub"})
      std::filesystem::remove(node.folder() / file);
   node.configure(node.read("keyseat.json"));
   EXPECT_EQ(node.decrypt_error(encrypted).code(), ErrorCode::key_missing);
}

TEST(EncryptAgain, RefusesADefinitionThatWasEditedSince) {
   Node node;
   const std::string edited =
         replaced(node.encrypt(sql_server_definition()), "Server=sql01", "Server=sql02");
   const Error error = node.encrypt_error(edited);
   EXPECT_EQ(error.code(), ErrorCode::binding_differs);
   EXPECT_THAT(error.hint(), HasSubstr("decrypt the file as it was"));
}

TEST(EncryptAgain, SendsAForeignJweToImport) {
   Node node;
   const std::string foreign =
         with_credential(node.encrypt(sql_server_definition()), [](const std::string &) {
            return R"({"ciphertext":"AAAA","iv":"AAAAAAAAAAAAAAAA","protected":"eyJlbmMiOiJBMjU2R0NNIn0",)"
                   R"("recipients":[{"encrypted_key":"AAAA","header":{"alg":"ECDH-ES+A256KW"}}],)"
                   R"("tag":"AAAAAAAAAAAAAAAAAAAAAA"})";
         });
   const Error error = node.encrypt_error(foreign);
   EXPECT_EQ(error.code(), ErrorCode::credential_refused);
   EXPECT_THAT(error.hint(), HasSubstr("keyseat import"));
}

TEST(EncryptAgain, SaysWhenNoBindingFitsAnArmExpression) {
   Node node;
   const auto hint = [&](std::string_view from, std::string_view to) {
      return node.encrypt_error(replaced(sql_server_definition(), from, to)).hint();
   };
   EXPECT_THAT(hint("corp\\\\etl", "[parameters('user')]"), HasSubstr("--binding type"));
   EXPECT_THAT(hint("ProdRuntime", "[parameters('runtime')]"), HasSubstr("every binding"));
}

} // namespace
} // namespace keyseat::test
