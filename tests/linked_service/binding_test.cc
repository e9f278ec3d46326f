// SPDX-License-Identifier: Apache-2.0

#include "linked_service/binding.h"
#include "linked_service/support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

using ::testing::ElementsAre;

// "pointer = canonical form" of each bound member.
std::vector<std::string> bound(std::string_view text, BindingScope scope = BindingScope::target) {
   std::vector<std::string> result;
   for (const BoundMember &member : bound_members(load(text).definition, scope)) {
      result.push_back(member.pointer + " = " + text_of(member.canonical));
   }
   return result;
}

constexpr std::string_view kText = R"({"name":"N","id":"I","etag":"E","properties":{
   "type":"Sftp","description":"D","connectVia":{"referenceName":"IR","type":"X"},
   "parameters":{"P":{"type":"String","defaultValue":"v"},"Q":"**********"},
   "typeProperties":{"Host":"h","encryptedCredential":"QQ==",
      "password":{"type":"SecureString","value":"**********"},
      "Nested":{"B":1,"a":[{"type":"SecureString","value":"**********"},2]}}}})";

TEST(Binding, to_the_type_holds_type_and_runtime) {
   EXPECT_THAT(bound(kText, BindingScope::type),
               ElementsAre(R"(/properties/connectvia/referencename = "ir")",
                           R"(/properties/type = "sftp")"));
}

TEST(Binding, to_the_target_holds_parameters_and_type_properties_without_masks) {
   EXPECT_THAT(
         bound(kText),
         ElementsAre(R"(/properties/connectvia/referencename = "ir")",
                     R"(/properties/parameters/p = {"defaultvalue":"v","type":"String"})",
                     R"(/properties/type = "sftp")", R"(/properties/typeproperties/host = "h")",
                     R"(/properties/typeproperties/nested = {"a":[_,2],"b":1})"));
}

TEST(Binding, strictly_holds_everything_but_the_credential_and_the_etag) {
   EXPECT_THAT(
         bound(kText, BindingScope::strict),
         ElementsAre(R"(/id = "I")", R"(/name = "N")",
                     R"(/properties/connectvia/referencename = "ir")",
                     R"(/properties/connectvia/type = "X")", R"(/properties/description = "D")",
                     R"(/properties/parameters/p = {"defaultvalue":"v","type":"String"})",
                     R"(/properties/type = "sftp")", R"(/properties/typeproperties/host = "h")",
                     R"(/properties/typeproperties/nested = {"a":[_,2],"b":1})"));
}

TEST(Binding, does_not_depend_on_layout_order_or_the_case_of_names) {
   EXPECT_EQ(bound(R"({"properties":{"type":"SFTP","typeProperties":{"a":1,"b":{"c":2,"d":3}}}})"),
             bound("{\"PROPERTIES\":{\"typeproperties\":{\"B\":{\"D\":3,\n\t\"c\":2},\"A\":1},"
                   "\"type\":\"sftp\"}}"));
}

TEST(Binding, tells_values_apart) {
   EXPECT_NE(bound(definition_text("Sftp", R"({"host":"a"})")),
             bound(definition_text("Sftp", R"({"host":"A"})")));
   EXPECT_NE(bound(definition_text("Sftp", R"({"port":9007199254740993})")),
             bound(definition_text("Sftp", R"({"port":9007199254740992})")));
   EXPECT_NE(bound(definition_text("Sftp", R"({"port":"1"})")),
             bound(definition_text("Sftp", R"({"port":1})")));
}

TEST(Binding, sees_a_mask_that_stands_for_a_bound_value) {
   EXPECT_NE(bound(definition_text("Sftp", R"({"host":"**********"})")),
             bound(definition_text("Sftp", R"({"host":"h"})")));
}

TEST(Binding, sees_a_mask_that_is_put_into_an_array) {
   EXPECT_NE(bound(definition_text("Sftp", R"({"a":["x","**********"]})")),
             bound(definition_text("Sftp", R"({"a":["x"]})")));
   EXPECT_NE(bound(definition_text("Sftp", R"({"a":["x","**********"]})")),
             bound(definition_text("Sftp", R"({"a":["**********","x"]})")));
   EXPECT_NE(bound(definition_text("Sftp", R"({"a":[null]})")),
             bound(definition_text("Sftp", R"({"a":["**********"]})")));
}

TEST(Binding, holds_a_mask_object_that_has_further_members) {
   EXPECT_THAT(bound(definition_text(
                     "Sftp", R"({"a":{"type":"SecureString","value":"**********","b":"evil"}})")),
               ElementsAre(R"(/properties/type = "sftp")",
                           R"(/properties/typeproperties/a = {"b":"evil","type":"SecureString"})"));
}

TEST(Binding, finds_an_arm_expression_behind_escapes) {
   const std::string text = definition_text("Sftp", R"({"a":"\u005bparameters('x')]"})");
   EXPECT_EQ(find_arm_expression(load(text).definition, BindingScope::target),
             "/properties/typeproperties/a");
}

TEST(Binding, finds_the_first_arm_expression_that_it_would_hold) {
   const std::string text = definition_text("Sftp", R"({"a":["[[x]",{"b":"[parameters('x')]"}]})");
   const Loaded loaded = load(text);
   EXPECT_EQ(find_arm_expression(loaded.definition, BindingScope::target),
             "/properties/typeproperties/a/1/b");
   EXPECT_FALSE(find_arm_expression(loaded.definition, BindingScope::type));
}

TEST(Binding, has_a_name_for_each_scope) {
   for (const auto scope : {BindingScope::type, BindingScope::target, BindingScope::strict}) {
      EXPECT_EQ(binding_scope_from_name(binding_scope_name(scope)), scope);
   }
   EXPECT_FALSE(binding_scope_from_name("Target"));
}

} // namespace
} // namespace keyseat::test
