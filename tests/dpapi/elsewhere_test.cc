// SPDX-License-Identifier: Apache-2.0
//
// Where there is no DPAPI: the plugin is there and says why it cannot help.

#include "dpapi/library.h"

namespace keyseat::test {
namespace {

class DpapiElsewhere : public testing::Test {
 protected:
   contract::Host host_;
   const contract::Bytes cek_ = contract::Bytes(KEYSEAT_CEK_SIZE, 0x5a);
   const contract::Bytes direct_key_ = encrypted_key_with("windows-user.blob");
};

constexpr const char *kSentence = "dpapi works on Windows only";
constexpr const char *kPair = R"({"alg":"RSA-OAEP-256","kid":"x"})";

} // namespace

TEST_F(DpapiElsewhere, StatusSaysThatItWorksOnWindowsOnly) {
   for (const DpapiSettings &settings : {DpapiSettings{}, DpapiSettings{{"key", "/x/k"}},
                                         DpapiSettings{{"descriptor", "LOCAL=user"}}}) {
      const auto status = open_dpapi(host_, settings)->status();
      EXPECT_EQ(status.status, KEYSEAT_OK);
      EXPECT_EQ(status.health, KEYSEAT_HEALTH_DOWN);
      EXPECT_EQ(status.message, kSentence);
   }
}

TEST_F(DpapiElsewhere, EveryOperationSaysSoToo) {
   const auto opened = open_dpapi(host_, {{"key", "/x/k"}});
   EXPECT_EQ(opened->wrap(cek_).explained->message, kSentence);
   EXPECT_EQ(opened->create(std::nullopt, 0).explained->message, kSentence);
   EXPECT_EQ(opened->list().explained->message, kSentence);
   EXPECT_EQ(opened->destroy("x").explained->message, kSentence);
   EXPECT_EQ(opened->export_jwk().explained->message, kSentence);
   EXPECT_EQ(opened->self_test().explained->message, kSentence);
}

TEST_F(DpapiElsewhere, UnwrapSaysSoForWhatCouldBeItsOwnAndNotMineForTheRest) {
   const auto direct = open_dpapi(host_, {});
   EXPECT_EQ(direct->unwrap(kDirect, direct_key_).status, KEYSEAT_E_UNAVAILABLE);
   EXPECT_EQ(direct->unwrap(kPair, contract::Bytes(256, 'x')).status, KEYSEAT_E_NOT_MINE);
   const auto key = open_dpapi(host_, {{"key", "/x/k"}});
   EXPECT_EQ(key->unwrap(kPair, contract::Bytes(256, 'x')).status, KEYSEAT_E_UNAVAILABLE);
   EXPECT_EQ(key->unwrap(kDirect, direct_key_).status, KEYSEAT_E_NOT_MINE);
   EXPECT_EQ(key->unwrap("{}", {}).status, KEYSEAT_E_NOT_MINE);
}

} // namespace keyseat::test
