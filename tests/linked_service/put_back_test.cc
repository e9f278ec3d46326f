// SPDX-License-Identifier: Apache-2.0

#include "linked_service/support.h"

#include <keyseat/error.h>

#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

// A definition with a secret of each kind, and its payload.
class PutBack : public ::testing::Test {
 protected:
   std::string original_ = definition_text(
         "RestService",
         R"({"url":"https://a","password":"SECRET-1","authHeaders":{"K":"SECRET-2"}})");
   TakenOut taken_ = take_all(load(original_));
   std::string left_ = text_of(taken_.text);

   ErrorCode refusal(std::string_view left) {
      try {
         const std::string restored = restore(left, taken_.payload);
         ADD_FAILURE() << "was put back: " << restored;
         return ErrorCode::internal;
      } catch (const Error &error) {
         EXPECT_EQ(error.message().find("SECRET"), std::string::npos);
         return error.code();
      }
   }

   void set_raw(std::size_t index, std::string_view raw) {
      taken_.payload.secrets[index].raw = SecretBytes(document_memory(), as_bytes(raw));
   }
};

TEST_F(PutBack, swapped_secrets_are_refused) {
   std::swap(taken_.payload.secrets[0].pointer, taken_.payload.secrets[1].pointer);
   EXPECT_EQ(refusal(left_), ErrorCode::credential_refused);
}

TEST_F(PutBack, a_secret_that_brings_a_further_member_is_refused) {
   set_raw(0, R"(,"password":"x","clientId":"evil")");
   EXPECT_EQ(refusal(left_), ErrorCode::credential_refused);
   EXPECT_EQ(refusal(reformatted(left_)), ErrorCode::credential_refused);
}

TEST_F(PutBack, a_secret_that_is_no_json_is_refused) {
   set_raw(0, R"(,"password":)");
   EXPECT_EQ(refusal(left_), ErrorCode::credential_refused);
   EXPECT_EQ(refusal(reformatted(left_)), ErrorCode::credential_refused);
}

TEST_F(PutBack, a_secret_that_replaces_something_else_than_a_mask_is_refused) {
   taken_.payload.secrets[1].pointer = "/properties/typeProperties/url";
   EXPECT_EQ(refusal(left_), ErrorCode::credential_refused);
   EXPECT_EQ(refusal(reformatted(left_)), ErrorCode::credential_refused);
}

TEST_F(PutBack, a_secret_whose_place_is_gone_is_refused) {
   EXPECT_EQ(refusal(definition_text("RestService", "{}")), ErrorCode::credential_refused);
}

TEST_F(PutBack, a_secret_whose_place_is_taken_is_refused) {
   const std::string edited = replaced(left_, R"("url":)", R"("Password":"mine","url":)");
   EXPECT_EQ(refusal(edited), ErrorCode::credential_refused);
}

TEST_F(PutBack, an_offset_outside_of_the_definition_is_refused) {
   taken_.payload.secrets[1].at = std::size_t{1} << 52;
   EXPECT_EQ(refusal(left_), ErrorCode::credential_refused);
}

class PutBackText : public PutBack {
 protected:
   void use(std::string_view type, std::string_view type_properties) {
      original_ = definition_text(type, type_properties);
      taken_ = take_all(load(original_));
      left_ = text_of(taken_.text);
   }
};

TEST_F(PutBackText, an_edited_connection_string_gets_its_secrets_appended) {
   use("SqlServer", R"({"connectionString":"Server=a;Password='S;1';Database=d;PWD=S2"})");
   const std::string edited = replaced(left_, "Server=a", "Server=b");
   EXPECT_EQ(
         restore(edited, taken_.payload),
         definition_text("SqlServer",
                         R"({"connectionString":"Server=b;Database=d;Password='S;1';PWD=S2"})"));
}

TEST_F(PutBackText, an_edited_connection_string_keeps_the_form_of_the_original) {
   use("SqlServer",
       R"({"connectionString":{"type":"SecureString","value":"Server=a;Password=S1;"}})");
   const std::string edited = replaced(left_, "Server=a;", "Server=b;");
   EXPECT_EQ(
         restore(edited, taken_.payload),
         definition_text(
               "SqlServer",
               R"({"connectionString":{"type":"SecureString","value":"Server=b;Password=S1"}})"));
}

TEST_F(PutBackText, an_edit_that_would_swallow_the_secret_is_refused) {
   use("SqlServer", R"({"connectionString":"Server=a;Password=S1"})");
   EXPECT_EQ(refusal(replaced(left_, "Server=a", "Server='b")), ErrorCode::credential_refused);
}

TEST_F(PutBackText, an_edited_uri_gets_its_query_in_front_of_the_fragment) {
   use("AzureBlobStorage", R"({"sasUri":"https://a/b?sv=1&sig=S#f"})");
   EXPECT_EQ(restore(replaced(left_, "https://a/b", "https://a/c"), taken_.payload),
             definition_text("AzureBlobStorage", R"({"sasUri":"https://a/c?sv=1&sig=S#f"})"));
}

TEST_F(PutBackText, a_part_that_redirects_the_connection_is_refused) {
   use("SqlServer", R"({"connectionString":"Server=a;Password=S1;Database=d"})");
   TakenSecret &secret = taken_.payload.secrets.front();
   set_raw(0, R"("Server=a;Password=S1;Server=evil;Database=d")");
   secret.parts.front().text =
         SecretBytes(document_memory(), as_bytes(std::string_view("Password=S1;Server=evil;")));
   EXPECT_EQ(refusal(left_), ErrorCode::credential_refused);
   EXPECT_EQ(refusal(reformatted(left_)), ErrorCode::credential_refused);
}

TEST_F(PutBackText, several_members_come_back_into_an_empty_object) {
   use("AmazonS3", R"({"secretAccessKey":"S1","sessionToken":"S2"})");
   const std::string restored = restore(reformatted(left_), taken_.payload);
   EXPECT_EQ(canonical(restored), canonical(original_));
}

} // namespace
} // namespace keyseat::test
