// SPDX-License-Identifier: Apache-2.0

#include "linked_service/connection_string.h"
#include "linked_service/sas_uri.h"
#include "linked_service/secret_string.h"
#include "linked_service/support.h"

#include <gtest/gtest.h>

#include <string>

namespace keyseat::test {
namespace {

// What is left of an ADO.NET string; "(masked)" where it cannot be split.
std::string rest_of(std::string_view text) {
   const auto split = split_connection_string(text, Dialect::adonet_sql);
   return split ? text_of(without_spans(text, split->secrets)) : "(masked)";
}

struct Example {
   const char *text;
   const char *rest;
};

class AdonetSql : public ::testing::TestWithParam<Example> {};

INSTANTIATE_TEST_SUITE_P(
      Examples, AdonetSql,
      ::testing::Values(
            Example{"Server=x;Password=p;Database=d", "Server=x;Database=d"},
            Example{"Server=x;Password=p", "Server=x"},
            Example{"Server=x;Password=p;", "Server=x;"},
            Example{"Password=p;Server=x", "Server=x"}, Example{"Password=p", ""},
            Example{"Password=p;", ""}, Example{"Server=x;Password=p;Pwd=q", "Server=x;"},
            Example{"pAsSwOrD=p;Server=x;PWD=q;A=1", "Server=x;A=1"},
            Example{"Server=x;Password=p;Server=y;Password=q;B=1", "Server=x;Server=y;B=1"},
            Example{"Server=x; Password = p ; Database=d", "Server=x; Database=d"},
            Example{"Server=x;;Password=p;;Database=d", "Server=x;;;Database=d"},
            Example{"Server=x;\u00a0Pass\u00a0word\u2003=\u00a0'a;b';A=1", "Server=x;A=1"},
            Example{"Server=x;Password='a;b';A=1", "Server=x;A=1"},
            Example{"Server=x;Password=\"a;b'c\";A=1", "Server=x;A=1"},
            Example{"Server=x;Password='a'';Server=y';A=1", "Server=x;A=1"},
            Example{"Server=x;Password=\"a\"\";b\";A=1", "Server=x;A=1"},
            Example{"App='x;Password=p';A=1", "App='x;Password=p';A=1"},
            Example{"App={a;Password=p;b=}", "App={a;b=}"},
            Example{"Server=x;Password=a=b==c;A=1", "Server=x;A=1"},
            Example{"Server=x;Pass==word=a;A=1", "Server=x;A=1"},
            Example{"Server=x;A==B=1;Password=p", "Server=x;A==B=1"},
            Example{"Server=x;Password=;A=1", "Server=x;Password=;A=1"},
            Example{"Server=x;Password='';A=1", "Server=x;Password='';A=1"},
            Example{"Server=x;Password=**********;A=1", "Server=x;Password=**********;A=1"},
            Example{"Server=x;Password=@{linkedService().p};A=1",
                    "Server=x;Password=@{linkedService().p};A=1"},
            Example{"Server=x;Password=a@{linkedService().p};A=1", "Server=x;A=1"},
            Example{"Server=@{concat('a;',linkedService().p)};Password=p",
                    "Server=@{concat('a;',linkedService().p)}"},
            Example{"Server=@{x;Password=p;A=}", "Server=@{x;A=}"},
            Example{"Server=x;Access Token=t;Integrated Security=True",
                    "Server=x;Integrated Security=True"},
            Example{"Server=x;Persist Security Info=True;Trusted_Connection=yes",
                    "Server=x;Persist Security Info=True;Trusted_Connection=yes"},
            Example{"", ""}, Example{" ; ;", " ; ;"}, Example{"Server=x;Password='p", "(masked)"},
            Example{"Server=x;Password='p'q", "(masked)"},
            Example{"Server=x;Password=p'", "(masked)"}, Example{"Server=x;Password", "(masked)"},
            Example{"x;Password=p", "(masked)"}, Example{"=p;Server=x", "(masked)"},
            Example{"Server=x;Password=a\x01z", "(masked)"},
            Example{"Server=x;Pass\x7fword=a", "(masked)"},
            Example{"Server=x;Password=a\u0080", "(masked)"}));

TEST_P(AdonetSql, loses_its_secrets_and_nothing_else) {
   EXPECT_EQ(rest_of(GetParam().text), GetParam().rest) << GetParam().text;
}

TEST_P(AdonetSql, has_no_secret_once_it_is_split) {
   const std::string rest = rest_of(GetParam().text);
   if (rest == "(masked)") return;
   EXPECT_EQ(rest_of(rest), rest);
}

TEST(ConnectionString, with_an_embedded_nul_is_not_split) {
   const std::string_view text("Server=x\0;Password=p", 20);
   EXPECT_EQ(rest_of(text), "(masked)");
}

TEST(ConnectionString, says_that_its_destination_is_an_expression) {
   const auto split = [](std::string_view text) {
      return *split_connection_string(text, Dialect::adonet_sql);
   };
   EXPECT_TRUE(split("Data Source=@{linkedService().s};Password=p").is_redirectable);
   EXPECT_FALSE(split("Data Source=s;Database=@{linkedService().d};Password=p").is_redirectable);
   EXPECT_TRUE(split("Data Source=s;Database=@{linkedService().d};Password=p").has_expression);
}

TEST(ConnectionString, of_another_dialect_is_not_split) {
   for (const Dialect dialect :
        {Dialect::keyword_password, Dialect::keyword_pwd, Dialect::keyword_credential,
         Dialect::azure_storage, Dialect::cosmos_db, Dialect::mongodb_uri, Dialect::odbc_driver,
         Dialect::jdbc_query}) {
      EXPECT_FALSE(split_connection_string("Server=x;Password=p", dialect));
   }
}

TEST(ConnectionString, keeps_the_escapes_of_what_is_left) {
   const std::string text = definition_text(
         "SqlServer",
         R"({"connectionString":"S\u0065rver=a\/b\u00e9\ud83d\ude00é;\u0050assword=\u0027;\ud83d\ude00\u0027;A=\u0022\""})");
   EXPECT_EQ(text_of(take_all(load(text)).text),
             definition_text(
                   "SqlServer",
                   R"({"connectionString":"S\u0065rver=a\/b\u00e9\ud83d\ude00é;A=\u0022\""})"));
}

std::string uri_rest(std::string_view text) {
   const auto split = split_sas_uri(text);
   return split ? text_of(without_spans(text, split->secrets)) : "(masked)";
}

TEST(SasUri, loses_its_query) {
   EXPECT_EQ(uri_rest("https://a/b?sv=1&sig=x"), "https://a/b");
   EXPECT_EQ(uri_rest("https://a/b?sv=1&sig=x#f"), "https://a/b#f");
   EXPECT_EQ(uri_rest("https://a/b"), "https://a/b");
   EXPECT_EQ(uri_rest("https://a/b?"), "https://a/b?");
   EXPECT_EQ(uri_rest("https://a/b#f?x"), "https://a/b#f?x");
}

TEST(SasUri, keeps_a_query_that_is_an_expression) {
   EXPECT_EQ(uri_rest("https://a/b?@{linkedService().sas}"), "https://a/b?@{linkedService().sas}");
   EXPECT_EQ(uri_rest("https://a/b?sv=1&sig=@{linkedService().s}"),
             "https://a/b?sv=1&sig=@{linkedService().s}");
}

TEST(SasUri, is_masked_when_it_is_a_bare_token) { EXPECT_EQ(uri_rest("sv=1&sig=x"), "(masked)"); }

} // namespace
} // namespace keyseat::test
