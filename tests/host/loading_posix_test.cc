// SPDX-License-Identifier: Apache-2.0
//
// Loading, as far as it is about modes, owners and links, dlopen's words, and files that are exchanged while they are
// loaded, which Windows does not allow.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "host/library.h"
#include "host/test_host.h"

namespace keyseat::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

bool is_root() { return geteuid() == 0; }

TEST(LoadingPosix, LoadsTheOpenedFileWhateverStandsAtItsPathByThen) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   auto file = std::make_unique<platform::PinnedFile>(path);
   fs::rename(folder.add_plugin("test.second", "test.other"), path);
   EXPECT_STREQ(load_entry(std::move(file), "test.probe")()->id, "test.probe");
}

TEST(LoadingPosix, FollowsALinkToATrustedPlace) {
   Folder place;
   Folder folder;
   fs::create_symlink(place.add_plugin("test.probe"), folder.path() / library_name("test.probe"));
   EXPECT_STREQ(registry_over(folder.path()).load("test.probe", {}).descriptor().id, "test.probe");
}

TEST(LoadingPosix, RefusesAFileThatItsGroupMayWrite) {
   Folder folder;
   fs::permissions(folder.add_plugin("test.probe"), fs::perms(0664));
   EXPECT_THAT(refusal_of_plugin(folder, "test.probe"), HasSubstr("others may write to it"));
}

TEST(LoadingPosix, RefusesAFileThatStandsInAFolderForAllEvenIfItIsSticky) {
   Folder folder;
   folder.add_plugin("test.probe");
   fs::permissions(folder.path(), fs::perms(01777));
   EXPECT_THAT(refusal_of_plugin(folder, "test.probe"),
               HasSubstr("others may write to its folder"));
}

TEST(LoadingPosix, RefusesALinkToAFileThatOthersMayWrite) {
   Folder place;
   Folder folder;
   const fs::path target = place.add_plugin("test.probe");
   fs::permissions(target, fs::perms(0666));
   fs::create_symlink(target, folder.path() / library_name("test.probe"));
   EXPECT_THAT(refusal_of_plugin(folder, "test.probe"), HasSubstr("others may write to it"));
}

TEST(LoadingPosix, RefusesAFileOfSomebodyElse) {
   if (!is_root()) GTEST_SKIP() << "only root can give a file away";
   Folder folder;
   ASSERT_EQ(chown(folder.add_plugin("test.probe").c_str(), 65534, 65534), 0);
   EXPECT_THAT(refusal_of_plugin(folder, "test.probe"), HasSubstr("it belongs to somebody"));
}

TEST(LoadingPosix, RefusesAFolderOfSomebodyElse) {
   if (!is_root()) GTEST_SKIP() << "only root can give a folder away";
   Folder folder;
   folder.add_plugin("test.probe");
   ASSERT_EQ(chown(folder.path().c_str(), 65534, 65534), 0);
   EXPECT_THAT(refusal_of_plugin(folder, "test.probe"), HasSubstr("belongs to somebody"));
}

TEST(LoadingPosix, RefusesALibraryThatIsCutOffAnywhere) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   for (std::uintmax_t size = fs::file_size(path) / 2; size > 4; size /= 2) {
      fs::resize_file(path, size);
      EXPECT_THAT(refusal_of_plugin(folder, "test.probe"), HasSubstr("cut off")) << size;
   }
}

TEST(LoadingPosix, RefusesALibraryWithASymbolThatNobodyHas) {
   Folder folder;
   folder.add_plugin("test.unbound");
   const std::string message = refusal_of_plugin(folder, "test.unbound");
   EXPECT_THAT(message, HasSubstr("it does not load: undefined symbol: nobody_has_this"));
   EXPECT_THAT(message, ::testing::Not(HasSubstr("/proc")));
}

TEST(LoadingPosix, SaysWhyAPluginOfTheProjectIsNotHere) {
   Folder folder;
   const Error error = error_of([&] { registry_over(folder.path()).load("dpapi", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_unknown);
   EXPECT_THAT(error.message(), HasSubstr("works on Windows only"));
}

TEST(LoadingPosix, LoadsAFileThatWasExchangedAsAnotherLibrary) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   const Plugin &before = registry_over(folder.path()).load("test.probe", {});
   fs::remove(path);
   folder.add_plugin("test.probe");
   std::ofstream(path, std::ios::app | std::ios::binary) << "a byte behind the image";
   const Plugin &after = registry_over(folder.path()).load("test.probe", {});
   EXPECT_NE(&before, &after);
   EXPECT_NE(before.facts().sha256, after.facts().sha256);
}

} // namespace
} // namespace keyseat::test
