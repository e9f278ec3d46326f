// SPDX-License-Identifier: Apache-2.0

#include "linked_service/support.h"

#include "base/text.h"

#include <keyseat/sdk/jose/json.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

class RoundTrip : public ::testing::TestWithParam<std::string> {
 protected:
   std::string original_ = fixture(GetParam());
   TakenOut taken_ = take_all(load(original_));
   std::string left_ = text_of(taken_.text);
};

INSTANTIATE_TEST_SUITE_P(Fixtures, RoundTrip, ::testing::ValuesIn(fixtures()),
                         [](const auto &test) {
                            return test.param.substr(0, test.param.find('.'));
                         });

TEST_P(RoundTrip, leaves_no_secret_in_the_text) {
   EXPECT_FALSE(taken_.payload.secrets.empty());
   EXPECT_EQ(left_.find("SECRET"), std::string::npos) << left_;
}

TEST_P(RoundTrip, finds_nothing_more_in_what_is_left) {
   EXPECT_TRUE(discover(load(left_)).secrets.empty()) << left_;
}

TEST_P(RoundTrip, gives_back_every_byte) { EXPECT_EQ(restore(left_, taken_.payload), original_); }

TEST_P(RoundTrip, gives_back_every_byte_from_the_written_payload) {
   const SecretBytes written = write_payload(taken_.payload);
   EXPECT_EQ(restore(left_, read_payload(written.reveal_text())), original_);
}

TEST_P(RoundTrip, gives_back_the_same_value_when_the_rest_was_laid_out_anew) {
   const std::string restored = restore(reformatted(left_), taken_.payload);
   EXPECT_EQ(canonical(restored), canonical(original_)) << restored;
}

TEST_P(RoundTrip, inserts_a_credential_and_removes_it_without_a_trace) {
   const Loaded left = load(left_);
   const SecretBytes with = insert_credential(left.document, left.definition, "QUJD");
   const Loaded sealed = load(with.reveal_text());
   ASSERT_TRUE(sealed.definition.credential.text_is("QUJD"));
   EXPECT_EQ(text_of(remove_credential(sealed.document, sealed.definition)), left_);
}

TEST_P(RoundTrip, takes_out_the_same_beside_an_old_credential) {
   const Loaded loaded = load(original_);
   const SecretBytes with = insert_credential(loaded.document, loaded.definition, "QUJD");
   const TakenOut again = take_all(load(with.reveal_text()));
   EXPECT_EQ(text_of(again.text), left_);
   EXPECT_EQ(restore(left_, again.payload), original_);
}

// A plausible value for each kind of path.
std::string example_value(const CataloguePath &path) {
   switch (path.kind) {
      case PathKind::secret:
         return R"("SECRET")";
      case PathKind::secret_map:
         return R"({"H":"SECRET","I":{"type":"SecureString","value":"SECRET"}})";
      case PathKind::sas_uri:
         return R"("https://a/b?sv=1&sig=SECRET")";
      case PathKind::free_form:
         return R"("plain")";
      case PathKind::connection_string:
         return R"("Server=x;Password=SECRET;Pwd=SECRET")";
   }
   return "null";
}

// Nests `value` under the tokens of a path.
std::string nested(std::string_view path, const std::string &value) {
   if (path.empty()) return value;
   const std::size_t end = std::min(path.find('/', 1), path.size());
   const std::string_view token = path.substr(1, end - 1);
   const std::string inner = nested(path.substr(end), value);
   if (token == "-") return '[' + inner + ']';
   return fmt::format(R"({{"{}":{}}})", token == "*" ? "any" : token, inner);
}

TEST(EveryType, is_clean_after_taking_out_and_whole_after_putting_back) {
   std::size_t paths = 0;
   for (const CatalogueType &type : catalogue()) {
      for (const CataloguePath &path : type.paths) {
         SCOPED_TRACE(std::string(type.name).append(path.path));
         const std::string original =
               definition_text(std::string(type.name), nested(path.path, example_value(path)));
         const TakenOut taken = take_all(load(original));
         EXPECT_EQ(taken.payload.secrets.empty(), path.kind == PathKind::free_form);
         EXPECT_EQ(taken.text.reveal_text().find("SECRET"), std::string_view::npos);
         EXPECT_TRUE(discover(load(taken.text.reveal_text())).secrets.empty());
         EXPECT_EQ(restore(taken.text.reveal_text(), taken.payload), original);
         ++paths;
      }
   }
   EXPECT_GT(paths, 200U);
}

TEST(EveryType, finds_the_same_secrets_under_names_in_another_case) {
   for (const CatalogueType &type : catalogue()) {
      for (const CataloguePath &path : type.paths) {
         if (path.kind == PathKind::free_form) continue;
         SCOPED_TRACE(std::string(type.name).append(path.path));
         const std::string text = definition_text(
               ascii_lower(type.name), nested(ascii_lower(path.path), example_value(path)));
         EXPECT_FALSE(discover(load(text)).secrets.empty());
      }
   }
}

TEST(ManySecrets, come_back_to_their_places) {
   constexpr int kCount = 20000;
   std::string parameters;
   for (int i = 0; i < kCount; ++i) {
      parameters += fmt::format(R"({}"p{}":{{"type":"SecureString","defaultValue":"SECRET"}})",
                                i == 0 ? "" : ",", i);
   }
   const std::string original =
         definition_text("Sftp", "{}", fmt::format(R"(,"parameters":{{{}}})", parameters));
   const TakenOut taken = take_all(load(original));
   ASSERT_EQ(taken.payload.secrets.size(), static_cast<std::size_t>(kCount));
   const SecretBytes written = write_payload(taken.payload);
   const Payload payload = read_payload(written.reveal_text());
   EXPECT_EQ(restore(taken.text.reveal_text(), payload), original);
   const std::string edited = replaced(text_of(taken.text), R"("name":"x")", R"("name":"y")");
   EXPECT_EQ(restore(edited, payload), replaced(original, R"("name":"x")", R"("name":"y")"));
}

} // namespace
} // namespace keyseat::test
