// SPDX-License-Identifier: Apache-2.0
#include "config/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "config/scene.h"

namespace keyseat::tests {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Search : public testing::Test {
 protected:
   Search() : below(scene.project / "a" / "b") { fs::create_directories(below); }

   fs::path config_in(const fs::path &folder) const {
      Scene::write(folder / "keyseat.json", "{}");
      return folder / "keyseat.json";
   }

   // What loading says of the project's file.
   Error refusal() const {
      try {
         scene.load();
      } catch (const Error &error) {
         return error;
      }
      throw std::runtime_error("the file was taken");
   }

   const Scene scene;
   const fs::path below;
};

TEST_F(Search, TakesTheNearestFile) {
   config_in(scene.project);
   const fs::path nearest = config_in(scene.project / "a");
   EXPECT_EQ(find_upwards(below, {}), nearest);
}

TEST_F(Search, GoesUpToTheRepositorysRoot) {
   const fs::path at_root = config_in(scene.project);
   EXPECT_EQ(find_upwards(below, {}), at_root);
}

TEST_F(Search, DoesNotLeaveTheRepository) {
   config_in(scene.root);
   EXPECT_EQ(find_upwards(below, {}), std::nullopt);
}

TEST_F(Search, AWorktreesGitFileMarksARepositoryToo) {
   config_in(scene.project);
   Scene::write(scene.project / "a" / ".git", "gitdir: elsewhere\n");
   EXPECT_EQ(find_upwards(below, {}), std::nullopt);
}

TEST_F(Search, DoesNotLeaveTheHomeFolder) {
   config_in(scene.project);
   EXPECT_EQ(find_upwards(below, scene.project / "a"), std::nullopt);
   const fs::path at_home = config_in(scene.project / "a");
   EXPECT_EQ(find_upwards(below, scene.project / "a"), at_home);
}

TEST_F(Search, EndsAtTheRootOfTheFileSystem) {
   EXPECT_EQ(find_upwards(scene.root.root_path(), {}), std::nullopt);
}

TEST_F(Search, AFolderOfThatNameIsNoConfiguration) {
   fs::create_directory(below / "keyseat.json");
   const fs::path above = config_in(scene.project / "a");
   EXPECT_EQ(find_upwards(below, {}), above);
}

TEST_F(Search, FromAFolderThatIsNotThereIsAnError) {
   EXPECT_THROW(find_upwards(scene.root / "none", {}), Error);
}

TEST_F(Search, AFileThatOthersCanWriteIsRefusedWithTheRemedy) {
   const fs::path file = config_in(scene.project);
   fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
   const Error error = refusal();
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.what(), HasSubstr("can be changed by other users"));
   EXPECT_EQ(error.hint(), "chmod go-w '" + file.string() + "'");
}

TEST_F(Search, AFileThatTheGroupCanWriteIsRefused) {
   fs::permissions(config_in(scene.project), fs::perms::group_write, fs::perm_options::add);
   EXPECT_THAT(refusal().what(), HasSubstr("can be changed by other users"));
}

TEST_F(Search, TheUsersAndTheSystemsFilesAreHeldToTheSame) {
   fs::permissions(config_in(scene.user), fs::perms::others_write, fs::perm_options::add);
   fs::permissions(config_in(scene.system), fs::perms::others_write, fs::perm_options::add);
   EXPECT_EQ(scene.mistakes().size(), 2U);
}

TEST_F(Search, WhoeverNamesAFileAnswersForIt) {
   const fs::path file = config_in(scene.root);
   fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
   EXPECT_NO_THROW(scene.load_named(file));
}

TEST_F(Search, AFileOfAnotherUserIsRefusedWithTheRemedy) {
   const fs::path file = config_in(scene.project);
   const std::string command = "chown 54321 '" + file.string() + "' 2>/dev/null";
   if (std::system(command.c_str()) != 0) GTEST_SKIP() << "only root can give a file away";
   const Error error = refusal();
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.what(), HasSubstr("belongs to another user"));
   EXPECT_THAT(error.hint(), HasSubstr("--config"));
}

TEST_F(Search, ADeviceIsNoConfiguration) {
   fs::create_symlink("/dev/null", scene.project / "keyseat.json");
   EXPECT_THAT(refusal().what(), HasSubstr("is no regular file"));
}

} // namespace
} // namespace keyseat::tests
