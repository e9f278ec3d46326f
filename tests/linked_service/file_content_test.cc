// SPDX-License-Identifier: Apache-2.0

#include "linked_service/file_content.h"
#include "linked_service/support.h"

#include <gtest/gtest.h>

#include <string>

namespace keyseat::test {
namespace {

bool is_unrelated(std::string_view text) {
   return content_of(Document::parse(as_bytes(text), "x.json").root()).is_unrelated();
}

// The message that refuses a text as a definition; empty where it is one.
std::string refusal(std::string_view text) {
   try {
      load(text);
      return {};
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::definition_invalid);
      EXPECT_NE(error.place().line, 0U);
      return error.message();
   }
}

struct Sample {
   const char *what; // a word of the message
   const char *text;
};

class Envelope : public ::testing::TestWithParam<Sample> {};

INSTANTIATE_TEST_SUITE_P(
      Kinds, Envelope,
      ::testing::Values(
            Sample{
                  "an ARM template",
                  R"({"resources":[{"type":"Microsoft.DataFactory/factories/linkedServices","properties":{}}]})"},
            Sample{
                  "an ARM template",
                  R"({"resources":[{"type":"microsoft.synapse/workspaces/linkedservices","name":"[x]"}]})"},
            Sample{
                  "an ARM template",
                  R"({"resources":[{"type":"x","resources":[{"type":"linkedServices","properties":{}}]}]})"},
            Sample{"a list", R"({"value":[{"properties":{"type":"Sftp","typeProperties":{}}}]})"},
            Sample{"an array", R"([{"properties":{"type":"Sftp","typeProperties":{}}}])"},
            Sample{
                  "a REST request",
                  R"({"parameters":{"linkedService":{"properties":{"type":"Sftp","typeProperties":{}}}}})"},
            Sample{
                  "version 1",
                  R"({"Name":"x","properties":{"type":"OnPremisesSqlLinkedService","gatewayName":"g"}})"},
            Sample{"an unknown envelope",
                   R"({"deploy":{"type":"Sftp","typeProperties":{"password":"x"}}})"},
            Sample{"an unknown envelope", R"({"type":"Sftp","typeProperties":{}})"}));

TEST_P(Envelope, with_a_linked_service_is_named_and_not_passed_over) {
   EXPECT_NE(refusal(GetParam().text).find(GetParam().what), std::string::npos)
         << refusal(GetParam().text);
   EXPECT_FALSE(is_unrelated(GetParam().text));
}

class OtherResource : public ::testing::TestWithParam<Sample> {};

INSTANTIATE_TEST_SUITE_P(
      Kinds, OtherResource,
      ::testing::Values(
            Sample{
                  "is a dataset, not a linked-service definition",
                  R"({"name":"d","properties":{"type":"Json","linkedServiceName":{"referenceName":"x","type":"LinkedServiceReference"},"typeProperties":{}}})"},
            Sample{"is a pipeline,",
                   R"({"properties":{"activities":[{"type":"Copy","typeProperties":{}}]}})"},
            Sample{
                  "is a trigger,",
                  R"({"properties":{"type":"ScheduleTrigger","pipelines":[],"typeProperties":{}}})"},
            Sample{
                  "is a trigger,",
                  R"({"properties":{"type":"BlobTrigger","runtimeState":"Started","typeProperties":{}}})"},
            Sample{"is a data flow,",
                   R"({"properties":{"type":"MappingDataFlow","typeProperties":{}}})"},
            Sample{"is an integration runtime,",
                   R"({"properties":{"type":"SelfHosted","typeProperties":{}}})"},
            Sample{"is an integration runtime,", R"({"properties":{"type":"Managed"}})"}));

TEST_P(OtherResource, is_named_and_passed_over) {
   EXPECT_NE(refusal(GetParam().text).find(GetParam().what), std::string::npos)
         << refusal(GetParam().text);
   EXPECT_TRUE(is_unrelated(GetParam().text));
}

TEST(FileContent, without_linked_services_is_unrelated) {
   for (const std::string_view text :
        {"{}", "[]", "1", R"({"properties":{"type":"x"}})", R"({"value":[{"a":1}]})",
         R"({"resources":[{"type":"Microsoft.Storage/storageAccounts"}]})",
         R"({"password":{"type":"SecureString","value":"**********"}})",
         R"({"value":[{"properties":{"linkedServiceName":"x","typeProperties":{}}}]})"}) {
      EXPECT_TRUE(is_unrelated(text)) << text;
   }
}

TEST(FileContent, with_a_secure_string_in_clear_is_never_passed_over) {
   for (const std::string_view text :
        {R"({"a":[{"type":"SecureString","value":"SECRET"}]})",
         R"({"properties":{"activities":[{"p":{"type":"SecureString","value":"SECRET"}}]}})"}) {
      EXPECT_FALSE(is_unrelated(text)) << text;
      EXPECT_NE(refusal(text), "") << text;
      EXPECT_EQ(refusal(text).find("SECRET"), std::string::npos);
   }
}

TEST(FileContent, of_a_definition_is_one) {
   for (const std::string &name : fixtures()) {
      const std::string text = fixture(name);
      const Document document = Document::parse(as_bytes(text), name);
      EXPECT_EQ(content_of(document.root()).kind, FileContent::Kind::definition) << name;
   }
}

} // namespace
} // namespace keyseat::test
