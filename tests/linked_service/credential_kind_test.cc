// SPDX-License-Identifier: Apache-2.0

#include "linked_service/credential_kind.h"

#include <keyseat/sdk/jose/encoding.h>

#include <gtest/gtest.h>

#include <string>

namespace keyseat {
namespace {

CredentialKind kind_of(std::string_view json) {
   return classify_credential(sdk::jose::base64_encode(sdk::as_bytes(json)));
}

TEST(Credential, of_keyseat_is_known_by_the_shape_of_a_general_jwe) {
   EXPECT_EQ(kind_of(R"({"protected":"e30","recipients":[],"iv":"","ciphertext":"","tag":""})"),
             CredentialKind::keyseat);
}

TEST(Credential, of_the_vendors_node_is_known) {
   EXPECT_EQ(
         kind_of(
               R"({"CredentialId":"5ae3f56c-0000-0000-0000-000000000000","Version":"2.0",)"
               R"("ClassType":"Microsoft.DataProxy.Core.InterServiceDataContract.CredentialSU06CY14"})"),
         CredentialKind::vendor_node);
}

TEST(Credential, of_the_vendors_cloud_is_known) {
   EXPECT_EQ(kind_of("{\r\n  \"ProtectionMode\": \"Key\",\r\n  \"CredentialId\": "
                     "\"DATAFACTORY@a_b\"\r\n}"),
             CredentialKind::vendor_cloud);
}

TEST(Credential, of_any_other_shape_is_damaged) {
   for (const std::string_view json :
        {"", "{}", "[]", "null", R"({"CredentialId":1})",
         R"({"protected":"e30","recipients":[],"iv":"","ciphertext":""})",
         R"({"protected":"e30","recip)"}) {
      EXPECT_EQ(kind_of(json), CredentialKind::damaged) << json;
   }
   for (const std::string_view text : {"", "e30", "e30=\n", "****", "**********"}) {
      EXPECT_EQ(classify_credential(text), CredentialKind::damaged) << text;
   }
}

} // namespace
} // namespace keyseat
