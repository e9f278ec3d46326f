// SPDX-License-Identifier: Apache-2.0
//
// Which libraries are loaded, and which are refused, with the reason.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/path_text.h"
#include "host/library.h"
#include "host/test_host.h"
#include "support/access.h"

namespace keyseat::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

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
   refusal_of_plugin(folder, "test.wrong-draft");
   refusal_of_plugin(folder, "test.no-entry");
   EXPECT_STREQ(registry_over(folder.path()).load("test.second", {}).descriptor().id,
                "test.second");
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
   EXPECT_EQ(registry.load("test.probe", {}).facts().path, path);
   EXPECT_STREQ(registry.load("test.second", {}).descriptor().id, "test.second");
}

TEST(Loading, ListsOnlyFilesThatAreNamedAsPlugins) {
   Folder folder;
   folder.write(library_name("Upper"), "");
   folder.write(library_name("."), "");
   folder.write(library_name("plugin") + ".1", "");
   folder.write(library_name("good"), "");
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

TEST(Loading, NeverTakesAnIdForAPath) {
   Folder folder;
   folder.add_plugin("test.probe");
   fs::create_directory(folder.path() / "below");
   const PluginRegistry registry = registry_over(folder.path() / "below");
   for (const char *id : {"../test.probe", "/etc/passwd", "", ".", "..", "test.probe.so"}) {
      EXPECT_EQ(error_of([&] { registry.load(id, {}); }).code(), ErrorCode::plugin_unknown) << id;
   }
}

TEST(Loading, RefusesABareName) {
   const Error error = error_of(
         [&] { registry_over(plugin_folder()).load_file(library_name("test.probe"), {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("not absolute"));
}

TEST(Loading, RefusesAPathThatIsNotThere) {
   Folder folder;
   const Error error = error_of([&] {
      registry_over(folder.path()).load_file(folder.path() / library_name("absent"), {});
   });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("absent"));
}

TEST(Loading, RefusesAFileThatOthersMayWrite) {
   Folder folder;
   let_others_write(folder.add_plugin("test.probe"));
   EXPECT_THAT(refusal_of_plugin(folder, "test.probe"), HasSubstr("others may write to it"));
}

TEST(Loading, RefusesAFolderThatOthersMayWrite) {
   Folder folder;
   folder.add_plugin("test.probe");
   let_others_write(folder.path());
   EXPECT_THAT(refusal_of_plugin(folder, "test.probe"),
               HasSubstr("others may write to its folder"));
}

TEST(Loading, RefusesAFolderFartherUpThatOthersMayWrite) {
   Folder folder;
   const fs::path below = folder.path() / "below";
   fs::create_directory(below);
   fs::rename(folder.add_plugin("test.probe"), below / library_name("test.probe"));
   let_others_write(folder.path());
   const Error error = error_of([&] { registry_over(below).load("test.probe", {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused);
   EXPECT_THAT(error.message(), HasSubstr("its folder " + path_text(folder.path())));
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
   folder.write(library_name("garbage"), "#!/bin/sh\necho hello\n");
   EXPECT_THAT(refusal_of_plugin(folder, "garbage"), HasSubstr("no shared library"));
   folder.write(library_name("empty"), "");
   EXPECT_THAT(refusal_of_plugin(folder, "empty"), HasSubstr("no shared library"));
}

TEST(Loading, RefusesALibraryWithoutTheEntry) {
   Folder folder;
   folder.add_plugin("test.no-entry");
   EXPECT_THAT(refusal_of_plugin(folder, "test.no-entry"),
               HasSubstr("no symbol keyseat_plugin_v1"));
}

TEST(Loading, RefusesAnotherDraft) {
   Folder folder;
   folder.add_plugin("test.wrong-draft");
   EXPECT_THAT(refusal_of_plugin(folder, "test.wrong-draft"), HasSubstr("draft 99"));
}

TEST(Loading, RefusesAnIdThatIsNotTheFilesName) {
   Folder folder;
   folder.add_plugin("test.wrong-id");
   EXPECT_THAT(refusal_of_plugin(folder, "test.wrong-id"), HasSubstr("'test.another'"));
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
