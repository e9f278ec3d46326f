// SPDX-License-Identifier: Apache-2.0
#include "base/nearest_name.h"

#include <gtest/gtest.h>

namespace keyseat {
namespace {

const std::vector<std::string> kNames{"protectors", "rules", "policy", "when"};

TEST(NearestName, NamesTheNearestName) {
   EXPECT_EQ(did_you_mean("protectrs", kNames), "did you mean 'protectors'?");
}

TEST(NearestName, SwappedLettersAreOneEdit) {
   EXPECT_EQ(did_you_mean("wehn", kNames), "did you mean 'when'?");
}

TEST(NearestName, IsWithinAThirdOfTheLength) {
   EXPECT_EQ(did_you_mean("passphrase-suorce", {"passphrase-source"}),
             "did you mean 'passphrase-source'?");
   EXPECT_EQ(did_you_mean("key", {"mode", "tcti"}), "");
}

TEST(NearestName, CaseDoesNotCount) {
   EXPECT_EQ(did_you_mean("RULES", kNames), "did you mean 'rules'?");
}

TEST(NearestName, IsSilentWhenNothingIsNear) {
   EXPECT_EQ(did_you_mean("secrets", kNames), "");
   EXPECT_EQ(did_you_mean("", kNames), "");
   EXPECT_EQ(did_you_mean("rules", {}), "");
}

TEST(NearestName, IsSilentForEndlessNames) {
   EXPECT_EQ(did_you_mean(std::string(100000, 'x'), {std::string(100000, 'x')}), "");
}

} // namespace
} // namespace keyseat
