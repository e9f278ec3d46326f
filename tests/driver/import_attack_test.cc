// SPDX-License-Identifier: Apache-2.0
//
// What import must not do, whatever a JWE for the node's public key holds. Whoever makes the JWE knows the
// secrets in it; where they are sent, the file says.

#include "driver/node.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

using sdk::jose::base64url_encode;
using testing::HasSubstr;

constexpr std::string_view kUrl = R"({"type":"SecureString","value":"https://evil"})";

class Import : public testing::Test {
 protected:
   // The compact JWE that another JOSE library makes of this payload.
   std::string jwe(const std::string &payload) {
      const SecretBytes cek = sdk::jose::random_secret(key_memory(), 32);
      const auto wrapped =
            sdk::jose::wrap_key(key_memory(), read_public_key(node_.export_public("dev")), cek);
      const std::string header =
            wrapped.header.substr(0, wrapped.header.size() - 1) + R"(,"enc":"A256GCM"})";
      const std::string prefix = base64url_encode(as_bytes(header));
      const Bytes iv(sdk::jose::kGcmIvSize, 7);
      const auto sealed = sdk::jose::aes_gcm_seal(cek, iv, as_bytes(prefix), as_bytes(payload));
      return fmt::format("{}.{}.{}.{}.{}", prefix, base64url_encode(wrapped.encrypted_key),
                         base64url_encode(iv), base64url_encode(sealed.ciphertext),
                         base64url_encode(sealed.tag));
   }

   // Imports one secret into a definition of `type`, beside `members` of typeProperties.
   Outcome import(std::string_view type, std::string_view members, std::string_view pointer,
                  std::string_view value, std::string_view beside = {}) {
      const std::string token =
            jwe(fmt::format(R"({{"secrets":[{{"pointer":"{}","value":{}}}]}})", pointer, value));
      const std::string definition =
            fmt::format(R"({{"name":"N","properties":{{"type":"{}","typeProperties":{{{},)"
                        R"("encryptedCredential":"{}"}}{}}}}})",
                        type, members, token, beside);
      DefinitionFile file;
      file.content = as_bytes(definition);
      file.name = "definition.json";
      return node_.driver().import(file, {});
   }

   ErrorCode refusal(std::string_view type, std::string_view members, std::string_view pointer,
                     std::string_view value, std::string_view beside = {}) {
      try {
         import(type, members, pointer, value, beside);
      } catch (const Error &error) {
         return error.code();
      }
      return ErrorCode::internal;
   }

   Node node_;
};

TEST_F(Import, TakesASecretOfTheCatalogueAndSaysWhichOnesItAdds) {
   const Outcome outcome = import("HttpServer", R"("url":"https://good")",
                                  "/properties/typeProperties/password", R"("hunter2")");
   ASSERT_FALSE(outcome.remarks.empty());
   EXPECT_THAT(outcome.remarks.back().text,
               HasSubstr("https://good\"; secrets added: typeProperties.password"));
}

TEST_F(Import, TakesASecretWhereTheFileShowsAMask) {
   EXPECT_NO_THROW(import("HttpServer", R"("url":"https://good","more":"**********")",
                          "/properties/typeProperties/more", kUrl));
}

TEST_F(Import, TakesWhatIsCalledASecretInAnUnknownType) {
   EXPECT_NO_THROW(import("Unheard", R"("url":"https://good")",
                          "/properties/typeProperties/apiToken", R"("hunter2")"));
   EXPECT_NO_THROW(import("Unheard", R"("url":"https://good")",
                          "/properties/typeProperties/apiToken",
                          R"({"type":"SecureString","value":"hunter2"})"));
}

TEST_F(Import, TakesTheDefaultOfAParameterThatTheFileCallsASecureString) {
   EXPECT_NO_THROW(import("HttpServer", R"("url":"https://good")",
                          "/properties/parameters/p/defaultValue", R"("hunter2")",
                          R"(,"parameters":{"p":{"type":"SecureString"}})"));
}

TEST_F(Import, AttackAddADestinationAsASecureString) {
   EXPECT_EQ(refusal("HttpServer", R"("userName":"u")", "/properties/typeProperties/url", kUrl),
             ErrorCode::credential_refused);
   EXPECT_EQ(refusal("Unheard", R"("userName":"u")", "/properties/typeProperties/url", kUrl),
             ErrorCode::credential_refused);
   EXPECT_EQ(refusal("HttpServer", R"("url":"https://good")", "/properties/url", kUrl),
             ErrorCode::credential_refused);
   EXPECT_EQ(refusal("HttpServer", R"("url":"https://good")", "/properties/connectvia", kUrl),
             ErrorCode::credential_refused);
}

TEST_F(Import, AttackChangeTheStructureByASecureString) {
   const auto *runtime = R"({"type":"SecureString","value":"x","referenceName":"EVIL-IR"})";
   for (const auto *pointer :
        {"/properties/connectVia", "/connectVia", "/properties/type", "/properties/typeProperties",
         "/properties/parameters", "/properties", "/name"}) {
      EXPECT_EQ(refusal("HttpServer", R"("url":"https://good")", pointer, runtime),
                ErrorCode::credential_refused)
            << pointer;
   }
}

} // namespace
} // namespace keyseat::test
