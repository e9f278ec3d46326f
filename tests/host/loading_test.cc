// SPDX-License-Identifier: Apache-2.0
//
// Which libraries are loaded, and which are refused, with the reason.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "host/library.h"
#include "host/test_host.h"

namespace keyseat::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// The message with which a folder's plugin is refused.
std::string refusal(const Folder &folder, const std::string &id) {
   const Error error = error_of([&] { registry_over(folder.path()).load(id, {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused) << error.message();
   return error.message();
}

TEST(Loading, FindsAPluginByItsId) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   const Plugin &plugin = registry_over(folder.path()).load("test.probe", {});
   EXPECT_STREQ(plugin.descriptor().id, "test.probe");
   EXPECT_EQ(plugin.facts().path, path);
   EXPECT_EQ(plugin.facts().sha256.size(), 64U);
   EXPECT_FALSE(plugin.facts().pinned);
}

TEST(Loading, LoadsALibraryOnceForEachProcess) {
   Folder folder;
   folder.add_plugin("test.probe");
   const Plugin &first = registry_over(folder.path()).load("test.probe", {});
   const Plugin &second = registry_over(folder.path()).load("test.probe", {});
   EXPECT_EQ(&first, &second);
}

TEST(Loading, TellsTwoLibrariesApartThatAreLoadedInTurn) {
   Folder folder;
   folder.add_plugin("test.probe");
   folder.add_plugin("test.second");
   const PluginRegistry registry = registry_over(folder.path());
   EXPECT_STREQ(registry.load("test.probe", {}).descriptor().id, "test.probe");
   EXPECT_STREQ(registry.load("test.second", {}).descriptor().id, "test.second");
   EXPECT_STREQ(registry.load("test.probe", {}).descriptor().id, "test.probe");
}

TEST(Loading, TellsTwoLibrariesApartWhenTheFirstIsRefused) {
   Folder folder;
   folder.add_plugin("test.wrong-draft");
   folder.add_plugin("test.no-entry");
   folder.add_plugin("test.second");
   refusal(folder, "test.wrong-draft");
   refusal(folder, "test.no-entry");
   EXPECT_STREQ(registry_over(folder.path()).load("test.second", {}).descriptor().id,
                "test.second");
}

TEST(Loading, LoadsAFileThatWasExchangedAsAnotherLibrary) {
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

TEST(Loading, LoadsTheOpenedFileWhateverStandsAtItsPathByThen) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   auto file = std::make_unique<platform::PinnedFile>(path);
   fs::rename(folder.add_plugin("test.second", "test.other"), path);
   EXPECT_STREQ(load_entry(std::move(file), "test.probe")()->id, "test.probe");
}

TEST(Loading, FollowsALinkToATrustedPlace) {
   Folder place;
   Folder folder;
   fs::create_symlink(place.add_plugin("test.probe"), folder.path() / "test.probe.so");
   EXPECT_STREQ(registry_over(folder.path()).load("test.probe", {}).descriptor().id, "test.probe");
}

TEST(Loading, TakesTheFirstFolderThatHasTheId) {
   Folder first;
   Folder second;
   const fs::path path = first.add_plugin("test.probe");
   second.add_plugin("test.probe");
   second.add_plugin("test.second");
   const PluginRegistry registry(
         PluginPlaces{.folders = {first.path(), second.path()}, .pins = {}});
   const auto installed = registry.installed();
   ASSERT_EQ(installed.size(), 2U);
   EXPECT_EQ(installed[0].second, path);
   EXPECT_EQ(installed[1].first, "test.second");
}

TEST(Loading, ListsOnlyFilesThatAreNamedAsPlugins) {
   Folder folder;
   folder.write("Upper.so", "");
   folder.write("..so", "");
   folder.write("plugin.so.1", "");
   folder.write("good.so", "");
   const auto installed = registry_over(folder.path()).installed();
   ASSERT_EQ(installed.size(), 1U);
   EXPECT_EQ(installed[0].first, "good");
}

TEST(Loading, NamesWhatIsInstalledAndWhatMayBeMeantForAnUnknownId) {
   Folder folder;
   folder.add_plugin("test.probe");
   const Error error = error_of([&] { registry_over(folder.path()).load("test.prob", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_unknown);
   EXPECT_THAT(error.message(), HasSubstr("'test.probe'"));
   EXPECT_EQ(error.hint(), "did you mean 'test.probe'?");
}

TEST(Loading, SaysWhyAPluginOfTheProjectIsNotHere) {
   Folder folder;
   const Error error = error_of([&] { registry_over(folder.path()).load("dpapi", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_unknown);
   EXPECT_THAT(error.message(), HasSubstr("works on Windows only"));
}

TEST(Loading, NeverTakesAnIdForAPath) {
   Folder folder;
   folder.add_plugin("test.probe");
   const PluginRegistry registry = registry_over(folder.path() / "below");
   for (const char *id : {"../test.probe", "/etc/passwd", "", ".", "..", "test.probe.so"}) {
      EXPECT_EQ(error_of([&] { registry.load(id, {}); }).code(), ErrorCode::plugin_unknown) << id;
   }
}

TEST(Loading, RefusesABareName) {
   const Error error =
         error_of([&] { registry_over(plugin_folder()).load_file("test.probe.so", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("not absolute"));
}

TEST(Loading, RefusesAPathThatIsNotThere) {
   Folder folder;
   const Error error =
         error_of([&] { registry_over(folder.path()).load_file(folder.path() / "absent.so", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("No such file"));
}

TEST(Loading, RefusesAFileThatOthersMayWrite) {
   Folder folder;
   fs::permissions(folder.add_plugin("test.probe"), fs::perms(0666));
   EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("others may write to it"));
}

TEST(Loading, RefusesAFileThatItsGroupMayWrite) {
   Folder folder;
   fs::permissions(folder.add_plugin("test.probe"), fs::perms(0664));
   EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("others may write to it"));
}

TEST(Loading, RefusesAFolderThatOthersMayWrite) {
   Folder folder;
   folder.add_plugin("test.probe");
   fs::permissions(folder.path(), fs::perms(0777));
   EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("others may write to its folder"));
}

TEST(Loading, RefusesAFileThatStandsInAFolderForAllEvenIfItIsSticky) {
   Folder folder;
   folder.add_plugin("test.probe");
   fs::permissions(folder.path(), fs::perms(01777));
   EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("others may write to its folder"));
}

TEST(Loading, RefusesAFolderFartherUpThatOthersMayWrite) {
   Folder folder;
   const fs::path below = folder.path() / "below";
   fs::create_directory(below);
   fs::rename(folder.add_plugin("test.probe"), below / "test.probe.so");
   fs::permissions(folder.path(), fs::perms(0777));
   const Error error = error_of([&] { registry_over(below).load("test.probe", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("its folder " + folder.path().string()));
}

TEST(Loading, RefusesALinkToAFileThatOthersMayWrite) {
   Folder place;
   Folder folder;
   const fs::path target = place.add_plugin("test.probe");
   fs::permissions(target, fs::perms(0666));
   fs::create_symlink(target, folder.path() / "test.probe.so");
   EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("others may write to it"));
}

TEST(Loading, RefusesAFileOfSomebodyElse) {
   if (!is_root()) GTEST_SKIP() << "only root can give a file away";
   Folder folder;
   ASSERT_EQ(chown(folder.add_plugin("test.probe").c_str(), 65534, 65534), 0);
   EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("it belongs to somebody"));
}

TEST(Loading, RefusesAFolderOfSomebodyElse) {
   if (!is_root()) GTEST_SKIP() << "only root can give a folder away";
   Folder folder;
   folder.add_plugin("test.probe");
   ASSERT_EQ(chown(folder.path().c_str(), 65534, 65534), 0);
   EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("belongs to somebody"));
}

TEST(Loading, RefusesADigestThatIsNotThePinnedOne) {
   Folder folder;
   folder.add_plugin("test.probe");
   const PluginRegistry registry(
         PluginPlaces{.folders = {folder.path()}, .pins = {{"test.probe", std::string(64, '0')}}});
   const Error error = error_of([&] { registry.load("test.probe", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("not the pinned one"));
}

TEST(Loading, LoadsThePinnedDigest) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   const std::string digest = registry_over(folder.path()).look_at(path).sha256;
   const PluginRegistry registry(
         PluginPlaces{.folders = {folder.path()}, .pins = {{"test.probe", digest}}});
   EXPECT_STREQ(registry.load("test.probe", {}).descriptor().id, "test.probe");
   EXPECT_TRUE(registry.look_at(path).pinned);
}

TEST(Loading, RefusesWhatIsNoLibrary) {
   Folder folder;
   folder.write("garbage.so", "#!/bin/sh\necho hello\n");
   EXPECT_THAT(refusal(folder, "garbage"), HasSubstr("no shared library"));
   folder.write("empty.so", "");
   EXPECT_THAT(refusal(folder, "empty"), HasSubstr("no shared library"));
}

TEST(Loading, RefusesALibraryThatIsCutOffAnywhere) {
   Folder folder;
   const fs::path path = folder.add_plugin("test.probe");
   for (std::uintmax_t size = fs::file_size(path) / 2; size > 4; size /= 2) {
      fs::resize_file(path, size);
      EXPECT_THAT(refusal(folder, "test.probe"), HasSubstr("cut off")) << size;
   }
}

TEST(Loading, RefusesALibraryWithoutTheEntry) {
   Folder folder;
   folder.add_plugin("test.no-entry");
   EXPECT_THAT(refusal(folder, "test.no-entry"), HasSubstr("no symbol keyseat_plugin_v1"));
}

TEST(Loading, RefusesALibraryWithASymbolThatNobodyHas) {
   Folder folder;
   folder.add_plugin("test.unbound");
   const std::string message = refusal(folder, "test.unbound");
   EXPECT_THAT(message, HasSubstr("it does not load: undefined symbol: nobody_has_this"));
   EXPECT_THAT(message, ::testing::Not(HasSubstr("/proc")));
}

TEST(Loading, RefusesAnotherDraft) {
   Folder folder;
   folder.add_plugin("test.wrong-draft");
   EXPECT_THAT(refusal(folder, "test.wrong-draft"), HasSubstr("draft 99"));
}

TEST(Loading, RefusesAnIdThatIsNotTheFilesName) {
   Folder folder;
   folder.add_plugin("test.wrong-id");
   EXPECT_THAT(refusal(folder, "test.wrong-id"), HasSubstr("'test.another'"));
}

TEST(Loading, LoadsFromSixteenThreadsAtOnce) {
   Folder folder;
   folder.add_plugin("test.probe");
   std::vector<const Plugin *> found(16);
   std::vector<std::thread> threads;
   for (const Plugin *&plugin : found) {
      threads.emplace_back(
            [&plugin, &folder] { plugin = &registry_over(folder.path()).load("test.probe", {}); });
   }
   for (std::thread &thread : threads) {
      thread.join();
   }
   EXPECT_THAT(found, ::testing::Each(found.front()));
}

} // namespace
} // namespace keyseat::test
