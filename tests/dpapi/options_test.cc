// SPDX-License-Identifier: Apache-2.0
//
// Which options go together.

#include "dpapi/library.h"

namespace keyseat::test {
namespace {

class DpapiOptions : public testing::Test {
 protected:
   std::string mistake(const DpapiSettings &settings) {
      try {
         open_dpapi(host_, settings);
         return "";
      } catch (const std::runtime_error &error) {
         return error.what();
      }
   }
   contract::Host host_;
};

} // namespace

TEST_F(DpapiOptions, OpenNeedsNoOption) { EXPECT_EQ(mistake({}), ""); }

TEST_F(DpapiOptions, ModeKeyTakesAKeyFileAndModeDirectTakesNone) {
   EXPECT_NE(mistake({{"mode", "key"}}).find("key file"), std::string::npos);
   EXPECT_NE(mistake({{"mode", "direct"}, {"key", "/x/k"}}).find("no key file"), std::string::npos);
   EXPECT_EQ(mistake({{"mode", "key"}, {"key", "/x/k"}}), "");
   EXPECT_EQ(mistake({{"key", "/x/k"}}), "");
}

TEST_F(DpapiOptions, ADescriptorReplacesScopeAndEntropy) {
   EXPECT_EQ(mistake({{"descriptor", "LOCAL=user"}}), "");
   EXPECT_NE(mistake({{"descriptor", "LOCAL=user"}, {"scope", "machine"}}).find("scope"),
             std::string::npos);
   EXPECT_NE(mistake({{"descriptor", "LOCAL=user"}, {"entropy-file", "/x/e"}}).find("entropy"),
             std::string::npos);
   EXPECT_NE(mistake({{"descriptor", "user"}}).find("rule"), std::string::npos);
   EXPECT_NE(mistake({{"descriptor", "Local=Logon"}}).find("LOCAL=user"), std::string::npos);
}

} // namespace keyseat::test
