// SPDX-License-Identifier: Apache-2.0
//
// The published vectors of tests/vectors/keyseat, which an independent implementation made.

#include "jose/digest.h"
#include "jose/jwe.h"
#include "jose/sample.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

namespace keyseat {
namespace {

using nlohmann::json;
using sdk::jose::base64_decode;
using sdk::jose::base64url_decode;

json vectors(const char *name) {
   std::ifstream file(std::string(KEYSEAT_TESTS_DIR) + "/vectors/keyseat/" + name);
   return json::parse(file);
}

std::string jwe_text(const json &vector) {
   const auto decoded = base64_decode(vector["encryptedCredential"].get<std::string>()).value();
   return std::string(as_text(decoded));
}

class PublishedVector : public testing::Test {
 protected:
   const json vector = vectors("credential.json");
   const Bytes cek = base64url_decode(vector["cek"].get<std::string>()).value();
   const Jwe jwe = Jwe::parse(jwe_text(vector));
};

TEST_F(PublishedVector, IsReadAndWrittenAlike) {
   EXPECT_EQ(jwe.to_json(), vector["jwe"]);
   EXPECT_EQ(jwe.binding(), vector["binding"].dump());
}

TEST_F(PublishedVector, OpensWithItsKey) {
   const auto key = sdk::jose::PrivateJwk::parse(key_memory(), vector["key"].dump());
   const SecretBytes unwrapped = sdk::jose::unwrap_key(key_memory(), key, jwe.merged_header(0),
                                                       jwe.recipients()[0].encrypted_key);
   EXPECT_EQ(unwrapped.reveal_text(), as_text(cek));
   EXPECT_EQ(jwe.open(document_memory(), unwrapped).reveal_text(), vector["payload"]);
}

TEST_F(PublishedVector, BindsByTheDigestsOfTheProduct) {
   const Bytes salt = base64url_decode(vector["binding"]["salt"].get<std::string>()).value();
   ASSERT_FALSE(vector["bound"].empty());
   for (const auto &[pointer, value] : vector["bound"].items()) {
      EXPECT_EQ(salted_digest(salt, pointer, as_bytes(value.dump())),
                vector["binding"]["members"][pointer])
            << pointer;
   }
}

TEST_F(PublishedVector, HasAPaddedPayloadThatNamesWhatWasLeft) {
   const std::string payload = vector["payload"];
   EXPECT_EQ(payload.size() % 64, 0u);
   const json content = json::parse(payload);
   const json &secret = content["secrets"][0];
   std::string left = vector["original"];
   const std::string raw = secret["raw"];
   const std::size_t at = secret["at"];
   EXPECT_EQ(left.substr(at, raw.size()), raw);
   left.erase(at, raw.size());
   EXPECT_EQ(plain_digest(as_bytes(left)), content["left"]);
}

TEST(RefusedVectors, AreRefusedWhereTheySay) {
   const json vector = vectors("credential.json");
   const Bytes cek = base64url_decode(vector["cek"].get<std::string>()).value();
   std::set<std::string> places;
   for (const json &refused : vectors("refused.json")) {
      const std::string text = jwe_text(refused);
      const std::string where = refused["refusedBy"];
      EXPECT_EQ(test::parse_refusal(text).empty(), where == "open") << refused["name"];
      EXPECT_NE(test::refusal(text, cek), "") << refused["name"];
      places.insert(where);
   }
   EXPECT_EQ(places, (std::set<std::string>{"open", "parse"}));
}

} // namespace
} // namespace keyseat
