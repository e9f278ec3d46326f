// SPDX-License-Identifier: Apache-2.0

#include "linked_service/expression.h"
#include "linked_service/secret_name.h"

#include <gtest/gtest.h>

#include <string_view>

namespace keyseat {
namespace {

TEST(Expression, of_the_service_is_known) {
   for (const std::string_view text :
        {"@{linkedService().x}", "@linkedService().x", "@{linkedService().a}@{linkedService().b}",
         "@concat('it''s )', linkedService().x)", "@{ concat('}', 'x') }", "@LINKEDSERVICE().x"}) {
      EXPECT_TRUE(is_expression(text)) << text;
   }
}

TEST(Expression, is_not_seen_in_literals) {
   for (const std::string_view text :
        {"", "@", "@lice", "@dmin(2024)", "@{", "@{abc}", "@{linkedService().x",
         "x@{linkedService().x}", "@@{linkedService().x}", "@linkedService(", "[abc]",
         "[secret(1)]", "[[concat('x')]", "[]"}) {
      EXPECT_FALSE(is_expression(text)) << text;
   }
}

TEST(Expression, of_arm_is_known) {
   EXPECT_TRUE(is_arm_expression("[parameters('x')]"));
   EXPECT_TRUE(is_arm_expression("[concat(parameters('factoryName'),'/x')]"));
   EXPECT_TRUE(is_arm_expression("[reference('x').a[0].b]"));
   EXPECT_FALSE(is_arm_expression("[[parameters('x')]"));
   EXPECT_FALSE(is_arm_expression("[parameters('x')"));
   EXPECT_FALSE(is_arm_expression("@linkedService().x"));
}

TEST(SecretName, is_known_in_its_usual_spellings) {
   for (const std::string_view name :
        {"password", "PWD", "client_secret", "Access Token", "api-key", "csKey", "key",
         "accountKey", "sig", "passPhrase", "token"}) {
      EXPECT_TRUE(is_secret_name(name)) << name;
   }
   for (const std::string_view name :
        {"server", "tokenEndpoint", "partitionKey", "userName", "", "keyFilePath",
         "Persist Security Info", "signatureVersion"}) {
      EXPECT_FALSE(is_secret_name(name)) << name;
   }
}

TEST(SecretName, is_known_inside_of_texts) {
   EXPECT_TRUE(names_its_secret("Server=x;Pwd=y"));
   EXPECT_TRUE(names_its_secret("AccountName=a;AccountKey=abc=="));
   EXPECT_TRUE(names_its_secret("https://x?a=1&sig=y"));
   EXPECT_TRUE(names_its_secret("mongodb+srv://user:pass@host/db"));
   EXPECT_TRUE(names_its_secret("Password=@{linkedService().p}S3cret1"));
   EXPECT_TRUE(names_its_secret("https://u:@{linkedService().p}S3cret2@h/"));
   EXPECT_TRUE(names_its_secret("Password=**********S3cret3"));
   EXPECT_TRUE(names_its_secret("Password='@{linkedService().p}' S3cret4"));
   EXPECT_FALSE(names_its_secret("Server=x;Pwd=;A=1"));
   EXPECT_FALSE(names_its_secret("Server=x;Pwd= '**********' ;A=1"));
   EXPECT_FALSE(names_its_secret("Server=x;Pwd={@{concat('a;b', linkedService().p)}};A=1"));
   EXPECT_FALSE(names_its_secret("https://u:@{linkedService().p}@h/"));
   EXPECT_FALSE(names_its_secret("Server=x;Pwd=**********"));
   EXPECT_FALSE(names_its_secret("Server=x;Pwd=@{linkedService().p}"));
   EXPECT_FALSE(names_its_secret("https://user@host/a:b"));
   EXPECT_FALSE(names_its_secret("sftp://user:@host"));
}

TEST(Expression, has_a_string_of_its_own) {
   for (const std::string_view text :
        {"@concat('hunter2','!')", "@string('x')", "@base64('x')", "@if(true,'x','')",
         "@{concat('x')}", "[concat('x')]", "@{concat(linkedService().p, 'x')}",
         "@concat(linkedService()['p'],'x')", "[concat(parameters('p'), 'x')]"}) {
      EXPECT_TRUE(has_string_literal(text)) << text;
   }
   for (const std::string_view text :
        {"@linkedService().p", "@{linkedService()['p']}", "@{linkedService().p['q']}",
         "[parameters('p')]", "[parameters('p')['q']]", "[variables('p')]", "@concat('','')",
         "[listKeys(resourceId('a/b', 'c'), '2019-06-01').keys[0].value]", "@pipeline()"}) {
      EXPECT_FALSE(has_string_literal(text)) << text;
   }
}

// Each beginning is given up at the next one: quotes cannot hide more than one of them.
TEST(Expression, attack_of_beginnings_without_end) {
   for (const std::string_view unit :
        {"@{concat(", "@{concat('", "@{concat('' ", "@{concat('a''b'"}) {
      std::string text;
      while (text.size() < (std::size_t{1} << 18))
         text += unit;
      EXPECT_FALSE(has_interpolation(text)) << unit;
      EXPECT_EQ(find_outside_interpolations(text, "\n", 0), std::string_view::npos);
   }
}

} // namespace
} // namespace keyseat
