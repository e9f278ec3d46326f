// SPDX-License-Identifier: Apache-2.0
//
// Configurations and files behind links, of other users, and under paths that begin with '/'.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "config/pin.h"
#include "config/scene.h"
#include "config/trust.h"

namespace keyseat::tests {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

class LinksPosix : public testing::Test {
 protected:
   Selection select(DefinitionFacts facts, const std::string &file) const {
      facts.file = scene.project / file;
      return scene.load().select(facts);
   }

   const Scene scene;
};

TEST_F(LinksPosix, APinOfAnotherUserIsNotBelieved) {
   const fs::path file = scene.put("trust/project.json", scene.project);
   trust(file, scene.user);
   const std::string pin = pin_path(file, scene.user).string();
   const std::string command = "chown 54321 '" + pin + "' 2>/dev/null";
   if (std::system(command.c_str()) != 0) GTEST_SKIP() << "only root can give a file away";
   EXPECT_FALSE(check_trust(file, scene.user).trusted);
   EXPECT_THAT(check_trust(file, scene.user).why, EndsWith("belongs to another user"));
}

TEST_F(LinksPosix, ATrustedFileIsTheSameByEveryPathToIt) {
   trust(scene.put("trust/project.json", scene.project), scene.user);
   fs::create_directory_symlink(scene.project, scene.root / "link");
   EXPECT_TRUE(check_trust(scene.root / "link" / "keyseat.json", scene.user).trusted);
}

TEST_F(LinksPosix, APathThroughALinkIsThePathBehindItToARule) {
   scene.put("selection/rules.json", scene.project);
   fs::create_directories(scene.project / "onprem");
   fs::create_directory_symlink(scene.project / "onprem", scene.root / "link");
   EXPECT_THAT(select({"n", "Oracle", "", {}}, "../link/x.json").protect,
               ElementsAre("hsm", "node"));
}

TEST_F(LinksPosix, AnAbsolutePatternLooksAtTheAbsolutePath) {
   scene.put("selection/absolute.json", scene.project);
   EXPECT_THAT(select({"n", "x", "", {}}, "linkedService/x.json").protect, ElementsAre("any"));
   EXPECT_THAT(select({"n", "x", "", {}}, "../linkedService/x.json").protect, ElementsAre("any"));
   EXPECT_THAT(select({"n", "x", "", {}}, "linkedService/a/x.json").protect, IsEmpty());
}

} // namespace
} // namespace keyseat::tests
