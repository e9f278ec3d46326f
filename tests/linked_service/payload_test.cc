// SPDX-License-Identifier: Apache-2.0

#include "linked_service/support.h"

#include <keyseat/error.h>

#include <gtest/gtest.h>

#include <set>

namespace keyseat::test {
namespace {

std::string written(std::string_view type_properties) {
   return text_of(
         write_payload(take_all(load(definition_text("SqlServer", type_properties))).payload));
}

const std::string kWritten =
      written(R"({"connectionString":"Server=x;Password=a;Pwd=b","password":"secret \" \u0001"})");

bool is_refused(const std::string &text) {
   try {
      read_payload(text);
      return false;
   } catch (const Error &error) {
      return error.code() == ErrorCode::credential_refused;
   }
}

TEST(Payload, reads_what_it_writes) {
   EXPECT_EQ(text_of(write_payload(read_payload(kWritten))), kWritten);
}

TEST(Payload, is_padded_as_a_whole) {
   for (std::size_t length = 1; length < 200; ++length) {
      const std::string text = written(R"({"password":")" + std::string(length, 'x') + "\"}");
      EXPECT_EQ(text.size() % kPayloadBlock, 0U);
   }
}

TEST(Payload, shows_the_length_of_a_password_in_steps_of_a_block_only) {
   std::set<std::size_t> sizes;
   for (std::size_t length = 1; length <= kPayloadBlock; ++length) {
      sizes.insert(written(R"({"password":")" + std::string(length, 'x') + "\"}").size());
   }
   EXPECT_LE(sizes.size(), 2U);
}

TEST(Payload, is_refused_when_cut_off_anywhere) {
   for (std::size_t size = 0; size < kWritten.size(); ++size) {
      EXPECT_TRUE(is_refused(kWritten.substr(0, size))) << size;
   }
}

struct Change {
   const char *what;
   const char *from;
   const char *to;
   bool is_padded_anew = false; // so that it is not the padding that is wrong
};

std::string padded_anew(std::string text) {
   constexpr std::string_view kPad = "\"pad\":\"";
   const std::size_t begin = text.find(kPad) + kPad.size();
   text.erase(begin, text.find('"', begin) - begin);
   return text.insert(begin, (kPayloadBlock - text.size() % kPayloadBlock) % kPayloadBlock, ' ');
}

class ChangedPayload : public ::testing::TestWithParam<Change> {};

INSTANTIATE_TEST_SUITE_P(
      Changes, ChangedPayload,
      ::testing::Values(Change{"another_version", R"("v":1)", R"("v":2)"},
                        Change{"white_space", R"({"v":1)", R"({ "v":1)"},
                        Change{"another_order", R"({"v":1,"secrets")", R"({"secrets")"},
                        Change{"an_unknown_member", R"({"v":1)", R"({"v":1,"w":1)"},
                        Change{"no_padding", R"("pad":")", R"("pad":" )"},
                        Change{"an_exponent", R"("left":0)", R"("left":0e0)"},
                        Change{"a_negative_number", R"("left":0)", R"("left":-1)"},
                        Change{"a_longer_escape", R"(\u0001)", R"(\u0001\u0041)"},
                        Change{"another_way", R"("how":"nothing")", R"("how":"mask")"},
                        Change{"an_unknown_way", R"("how":"nothing")", R"("how":"gone")"},
                        Change{"no_parts", R"("how":"rest","parts":)", R"("how":"rest","bits":)"},
                        Change{"a_secret_twice", "/properties/typeProperties/password",
                               "/properties/typeProperties/connectionString", true},
                        Change{"a_secret_inside_another", "/properties/typeProperties/password",
                               "/properties/typeProperties/connectionString/x", true},
                        Change{"a_malformed_pointer", "/properties/typeProperties/password",
                               "/properties/typeProperties/pass~2word", true},
                        Change{"a_pointer_that_is_none", "/properties/typeProperties/password",
                               "properties/typeProperties/password", true},
                        Change{"a_short_digest", R"(],"left":")", R"(],"left":"A)"}),
      [](const auto &test) { return std::string(test.param.what); });

TEST(Payload, of_another_pointer_is_read) {
   EXPECT_FALSE(is_refused(padded_anew(replaced(kWritten, "/properties/typeProperties/password",
                                                "/properties/typeProperties/pass~0word"))));
}

TEST_P(ChangedPayload, is_refused) {
   const std::string changed = replaced(kWritten, GetParam().from, GetParam().to);
   EXPECT_TRUE(is_refused(GetParam().is_padded_anew ? padded_anew(changed) : changed));
}

TEST(ImportPayload, reads_pointers_and_values) {
   const auto secrets = read_import_payload(
         R"({ "secrets": [ { "pointer": "/properties/typeProperties/password", "value": "x" } ] })");
   ASSERT_EQ(secrets.size(), 1U);
   EXPECT_EQ(secrets[0].pointer, "/properties/typeProperties/password");
   EXPECT_EQ(secrets[0].value.reveal_text(), R"("x")");
}

TEST(ImportPayload, refuses_what_is_no_payload) {
   for (const std::string_view text :
        {"", "[]", R"({"secrets":{}})", R"({"secrets":[{"pointer":"/a"}]})",
         R"({"secrets":[{"pointer":"a","value":1}]})", R"({"secrets":[],"more":1})",
         R"({"secrets":[{"pointer":"/a","value":1},{"pointer":"/a","value":2}]})"}) {
      EXPECT_THROW(read_import_payload(text), Error) << text;
   }
}

} // namespace
} // namespace keyseat::test
