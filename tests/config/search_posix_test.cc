// SPDX-License-Identifier: Apache-2.0
//
// The search, as far as it is about groups, owners and devices.

#include "config/search_fixture.h"

#include <cstdlib>

namespace keyseat::tests {
namespace {

using SearchPosix = Search;
using testing::HasSubstr;

TEST_F(SearchPosix, AFileThatTheGroupCanWriteIsRefused) {
   fs::permissions(config_in(scene.project), fs::perms::group_write, fs::perm_options::add);
   EXPECT_THAT(refusal().what(), HasSubstr("can be changed by other users"));
}

TEST_F(SearchPosix, AFileOfAnotherUserIsRefusedWithTheRemedy) {
   const fs::path file = config_in(scene.project);
   const std::string command = "chown 54321 '" + file.string() + "' 2>/dev/null";
   if (std::system(command.c_str()) != 0) GTEST_SKIP() << "only root can give a file away";
   const Error error = refusal();
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.what(), HasSubstr("belongs to another user"));
   EXPECT_THAT(error.hint(), HasSubstr("--config"));
}

TEST_F(SearchPosix, ADeviceIsNoConfiguration) {
   fs::create_symlink("/dev/null", scene.project / "keyseat.json");
   EXPECT_THAT(refusal().what(), HasSubstr("is no regular file"));
}

} // namespace
} // namespace keyseat::tests
