// SPDX-License-Identifier: Apache-2.0
#include "config/search_fixture.h"

#include "base/platform.h"

namespace keyseat::tests {
namespace {

using testing::HasSubstr;

TEST_F(Search, TakesTheNearestFile) {
   config_in(scene.project);
   const fs::path nearest = config_in(scene.project / "a");
   EXPECT_EQ(find_upwards(below, {}), nearest);
}

TEST_F(Search, GoesUpToTheRepositorysRoot) {
   const fs::path at_root = config_in(scene.project);
   EXPECT_EQ(find_upwards(below, {}), at_root);
}

TEST_F(Search, TakesAFileThatPowerShellHasWrittenInUtf16) {
   std::string text = "\xff\xfe";
   for (const char c :
        R"({ "protectors": { "p": { "plugin": "keyfile" } } })" + std::string("\r\n"))
      text += {c, '\0'};
   Scene::write(scene.project / "keyseat.json", text);
   EXPECT_EQ(scene.load().protectors().size(), 1u);
   Scene::write(scene.project / "keyseat.json", text + "x");
   EXPECT_EQ(refusal().code(), ErrorCode::config_invalid);
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
   test::let_others_write(file);
   const Error error = refusal();
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.what(), HasSubstr("can be changed by other users"));
   EXPECT_EQ(error.hint(), platform::command_to_forbid_writing(file));
}

TEST_F(Search, TheUsersAndTheSystemsFilesAreHeldToTheSame) {
   test::let_others_write(config_in(scene.user));
   test::let_others_write(config_in(scene.system));
   EXPECT_EQ(scene.mistakes().size(), 2U);
}

TEST_F(Search, WhoeverNamesAFileAnswersForIt) {
   const fs::path file = config_in(scene.root);
   test::let_others_write(file);
   EXPECT_NO_THROW(scene.load_named(file));
}

} // namespace
} // namespace keyseat::tests
