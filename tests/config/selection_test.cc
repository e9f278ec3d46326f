// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "config/scene.h"

namespace keyseat::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Selecting : public testing::Test {
 protected:
   Selecting() { scene.put("selection/rules.json", scene.project); }

   // What applies to a definition of the project.
   Selection select(DefinitionFacts facts, const std::string &file = "x.json") const {
      facts.file = scene.project / file;
      return scene.load().select(facts);
   }

   static ErrorCode code_of(const std::function<void()> &act) {
      try {
         act();
      } catch (const Error &error) {
         return error.code();
      }
      return ErrorCode::internal;
   }

   const Scene scene;
};

TEST_F(Selecting, TheFirstRuleThatMatchesWins) {
   const Selection selection = select({"n", "SqlServer", "ProdRuntime", {}}, "onprem/x.json");
   EXPECT_THAT(selection.protect, ElementsAre("node"));
   EXPECT_EQ(selection.binding, "strict");
   EXPECT_EQ(selection.rule.line, 7U);
}

TEST_F(Selecting, AllConditionsOfARuleHaveToHold) {
   EXPECT_THAT(select({"n", "Oracle", "", {}}, "onprem/a/x.json").protect,
               ElementsAre("hsm", "node"));
   EXPECT_THAT(select({"n", "Oracle", "", {}}, "cloud/x.json").protect, ElementsAre("rest"));
   EXPECT_THAT(select({"n", "Ftp", "", {}}, "onprem/x.json").protect, ElementsAre("rest"));
}

TEST_F(Selecting, NamesMatchWithoutCaseAndPathsWithIt) {
   EXPECT_THAT(select({"n", "x", "prodruntime", {}}).protect, ElementsAre("node"));
   EXPECT_THAT(select({"n", "ORACLE", "", {}}, "onprem/x.json").protect,
               ElementsAre("hsm", "node"));
   EXPECT_THAT(select({"n", "Oracle", "", {}}, "OnPrem/x.json").protect, ElementsAre("rest"));
}

TEST_F(Selecting, AQuestionMarkIsOneCharacter) {
   EXPECT_THAT(select({"dev1", "x", "", {}}).protect, ElementsAre("dev"));
   EXPECT_THAT(select({"dev12", "x", "", {}}).protect, ElementsAre("rest"));
}

TEST_F(Selecting, ARuleWithoutBindingTakesTheDefault) {
   EXPECT_EQ(select({"n", "x", "", {}}).binding, "target");
}

TEST_F(Selecting, StandardInputMatchesNoPath) {
   const Selection selection = scene.load().select({"n", "x", "", {}});
   EXPECT_THAT(selection.protect, IsEmpty());
   EXPECT_EQ(selection.rule.line, 0U);
}

TEST_F(Selecting, AFileOutsideOfTheRulesFolderMatchesNoRelativePath) {
   EXPECT_THAT(select({"n", "x", "", {}}, "../x.json").protect, IsEmpty());
}

TEST_F(Selecting, ThePolicyAddsWhatItRequires) {
   scene.put("selection/policy.json", scene.system);
   EXPECT_THAT(select({"n", "x", "", {}}).protect, ElementsAre("rest", "safe"));
   EXPECT_THAT(scene.load().select({"n", "x", "", {}}).protect, ElementsAre("safe"));
}

TEST_F(Selecting, ARequiredProtectorOfARuleIsThereOnce) {
   scene.put("selection/policy.json", scene.system);
   Scene::write(scene.project / "keyseat.json", R"({"rules": [{"protect": ["safe"]}]})");
   EXPECT_THAT(select({"n", "x", "", {}}).protect, ElementsAre("safe"));
}

TEST_F(Selecting, ARuleThatAsksForLessThanThePolicyIsAMistakeWithItsPlace) {
   scene.put("selection/policy.json", scene.system);
   try {
      select({"dev1", "x", "", {}});
      FAIL() << "nothing was thrown";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::config_invalid);
      EXPECT_EQ(error.place().line, 9U);
      EXPECT_THAT(error.what(), HasSubstr("less than the system's policy allows"));
   }
}

TEST_F(Selecting, TheDefaultRisesToThePolicy) {
   scene.put("selection/policy-strict.json", scene.system);
   EXPECT_EQ(select({"n", "x", "", {}}).binding, "strict");
}

TEST_F(Selecting, ABindingOptionIsHeldToThePolicyToo) {
   scene.put("selection/policy.json", scene.system);
   const Config config = scene.load();
   EXPECT_NO_THROW(config.check_binding("target"));
   EXPECT_NO_THROW(config.check_binding("strict"));
   EXPECT_EQ(code_of([&] { config.check_binding("type"); }), ErrorCode::config_invalid);
   EXPECT_EQ(code_of([&] { config.check_binding("loose"); }), ErrorCode::usage);
}

TEST_F(Selecting, WithoutAPolicyEveryBindingMayBeAskedFor) {
   const Config config = scene.load();
   EXPECT_NO_THROW(config.check_binding("type"));
   EXPECT_EQ(code_of([&] { config.check_binding("Type"); }), ErrorCode::usage);
}

} // namespace
} // namespace keyseat::tests
