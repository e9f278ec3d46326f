// SPDX-License-Identifier: Apache-2.0
#include "config/suggestion.h"

#include <gtest/gtest.h>

namespace keyseat {
namespace {

const std::vector<std::string> kNames{"protectors", "rules", "policy", "when"};

TEST(Suggestion, NamesTheNearestName) {
   EXPECT_EQ(did_you_mean("protectrs", kNames), "did you mean 'protectors'?");
}

TEST(Suggestion, SwappedLettersAreOneEdit) {
   EXPECT_EQ(did_you_mean("wehn", kNames), "did you mean 'when'?");
}

TEST(Suggestion, CaseDoesNotCount) {
   EXPECT_EQ(did_you_mean("RULES", kNames), "did you mean 'rules'?");
}

TEST(Suggestion, IsSilentWhenNothingIsNear) {
   EXPECT_EQ(did_you_mean("secrets", kNames), "");
   EXPECT_EQ(did_you_mean("", kNames), "");
   EXPECT_EQ(did_you_mean("rules", {}), "");
}

TEST(Suggestion, IsSilentForEndlessNames) {
   EXPECT_EQ(did_you_mean(std::string(100000, 'x'), {std::string(100000, 'x')}), "");
}

} // namespace
} // namespace keyseat
