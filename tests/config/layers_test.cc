// SPDX-License-Identifier: Apache-2.0
//
// How the named or found file, the user's and the system's make one configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/scene.h"

namespace keyseat::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> names_of(const Config &config) {
   std::vector<std::string> names;
   for (const ProtectorEntry &protector : config.protectors())
      names.push_back(protector.name);
   return names;
}

class Layers : public testing::Test {
 protected:
   Layers() {
      scene.put("layers/project.json", scene.project);
      scene.put("layers/user.json", scene.user);
      scene.put("layers/system.json", scene.system);
   }
   const Scene scene;
};

TEST(Config, NoFileAtAllIsAnEmptyConfiguration) {
   const Scene scene;
   const Config config = scene.load();
   EXPECT_THAT(config.files(), IsEmpty());
   EXPECT_THAT(config.protectors(), IsEmpty());
   EXPECT_THAT(config.rules(), IsEmpty());
   EXPECT_NO_THROW(config.require_trusted());
}

TEST_F(Layers, JoinNearestFirst) {
   const Config config = scene.load();
   ASSERT_THAT(config.files(), SizeIs(3));
   EXPECT_EQ(config.files()[0].layer, ConfigLayer::found);
   EXPECT_EQ(config.files()[0].path, scene.project / "keyseat.json");
   EXPECT_EQ(config.files()[1].layer, ConfigLayer::user);
   EXPECT_EQ(config.files()[2].layer, ConfigLayer::system);
   EXPECT_THAT(names_of(config), ElementsAre("dev", "ci", "me", "recovery"));
}

TEST_F(Layers, ProtectorsSayWhereTheyComeFrom) {
   const Config config = scene.load();
   const ProtectorEntry &dev = config.protector("dev");
   EXPECT_EQ(dev.layer, ConfigLayer::found);
   EXPECT_EQ(dev.folder, scene.project);
   EXPECT_EQ(dev.place.line, 3U);
   EXPECT_EQ(dev.place.pointer, "/protectors/dev");
   EXPECT_EQ(config.protector("recovery").layer, ConfigLayer::system);
}

TEST_F(Layers, OptionsKeepTheirTypes) {
   const Config config = scene.load();
   const auto &options = config.protector("dev").options;
   EXPECT_EQ(std::get<std::string>(options.at("key").value), "dev.jwk");
   EXPECT_EQ(std::get<std::int64_t>(options.at("tries").value), 3);
   EXPECT_TRUE(std::get<bool>(options.at("eager").value));
   EXPECT_THAT(std::get<std::vector<std::string>>(options.at("pcrs").value), ElementsAre("0", "7"));
   EXPECT_EQ(options.at("tries").place.column, 74U);
}

TEST_F(Layers, PublicKeysAreRelativeToTheFileThatNamesThem) {
   const Config config = scene.load();
   EXPECT_EQ(config.protector("ci").public_key, scene.project / "ci.jwk");
   EXPECT_EQ(config.protector("recovery").public_key, scene.system / "recovery.jwk");
}

TEST_F(Layers, TheNearestRulesWinWhole) {
   const Config config = scene.load();
   ASSERT_THAT(config.rules(), SizeIs(1));
   EXPECT_THAT(config.rules()[0].protect, ElementsAre("dev", "me", "recovery"));
}

TEST_F(Layers, AFileWithoutRulesLeavesThemToTheNext) {
   scene.put("layers/project-without-rules.json", scene.project);
   const Config config = scene.load();
   ASSERT_THAT(config.rules(), SizeIs(1));
   EXPECT_EQ(config.rules()[0].layer, ConfigLayer::user);
}

TEST_F(Layers, TheSystemSetsPolicyAndPlugins) {
   const Config config = scene.load();
   EXPECT_THAT(config.policy().require, ElementsAre("recovery"));
   EXPECT_THAT(config.policy().allow_kids, ElementsAre("k1"));
   EXPECT_EQ(config.policy().least_binding, "target");
   EXPECT_THAT(config.plugin_folders(),
               ElementsAre(std::filesystem::absolute("/opt/keyseat/plugins")));
   EXPECT_EQ(config.plugin_pins().at("com.example.vault"),
             "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
}

TEST_F(Layers, NobodyRedefinesANameOfAMoreTrustedFile) {
   scene.put("layers/redefines.json", scene.project);
   EXPECT_THAT(scene.mistakes(),
               ElementsAre(HasSubstr("project:3:5 protector 'me' is the user's already"),
                           HasSubstr("project:4:5 protector 'recovery' is the system's already")));
}

TEST_F(Layers, TheUserDoesNotRedefineTheSystemsNamesEither) {
   const Scene other;
   other.put("layers/redefines.json", other.user);
   other.put("layers/system.json", other.system);
   EXPECT_THAT(other.mistakes(), ElementsAre(HasSubstr("user:4:5 protector 'recovery'")));
}

TEST_F(Layers, AFileDoesNotNameProtectorsOfALessTrustedOne) {
   scene.put("layers/user-names-project.json", scene.user);
   scene.put("layers/project-without-rules.json", scene.project);
   EXPECT_THAT(scene.mistakes(), ElementsAre(HasSubstr("user:1:28 there is no protector 'dev'")));
}

TEST_F(Layers, ThePolicyRequiresTheSystemsOwnProtectors) {
   const Scene other;
   other.put("layers/project-without-rules.json", other.project);
   other.put("layers/system-requires-dev.json", other.system);
   EXPECT_THAT(other.mistakes(), ElementsAre(HasSubstr("system:1:27 there is no protector 'dev'")));
}

TEST_F(Layers, ANamedFileReplacesTheFoundOne) {
   const auto named = scene.root / "named.json";
   Scene::write(named, fixture("layers/project-without-rules.json"));
   const Config config = scene.load_named(named);
   ASSERT_THAT(config.files(), SizeIs(3));
   EXPECT_EQ(config.files()[0].layer, ConfigLayer::named);
   EXPECT_TRUE(config.files()[0].trusted);
   EXPECT_THAT(names_of(config), ElementsAre("dev", "me", "recovery"));
   EXPECT_NO_THROW(config.require_trusted());
}

TEST_F(Layers, ANamedFileThatIsNotThereIsAMistake) {
   try {
      scene.load_named(scene.root / "none.json");
      FAIL() << "nothing was thrown";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::config_invalid);
      EXPECT_THAT(error.what(), HasSubstr("none.json"));
   }
}

TEST_F(Layers, AFileIsTakenOnceInItsMostTrustedLayer) {
   const Config config = scene.load_named(scene.system / "keyseat.json");
   ASSERT_THAT(config.files(), SizeIs(2));
   EXPECT_EQ(config.files()[1].layer, ConfigLayer::system);

   ConfigSearch search = scene.search();
   search.working_folder = scene.user;
   EXPECT_THAT(Config::load(search).files(), SizeIs(2));
}

TEST_F(Layers, AnUnknownProtectorIsReportedWithThoseThatThereAre) {
   const Config config = scene.load();
   try {
      config.protector("recovry");
      FAIL() << "nothing was thrown";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::protector_unknown);
      EXPECT_EQ(error.hint(), "did you mean 'recovery'? there are: dev, ci, me, recovery");
   }
}

TEST_F(Layers, AFoundFileIsNotTrustedUntilItIsPinned) {
   const Config config = scene.load();
   EXPECT_FALSE(config.files()[0].trusted);
   EXPECT_EQ(config.files()[0].why_untrusted, "nobody has trusted it yet");
   try {
      config.require_trusted();
      FAIL() << "nothing was thrown";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::config_untrusted);
      EXPECT_THAT(error.hint(), HasSubstr("keyseat config trust"));
   }
}

TEST(Config, LayersHaveNames) {
   EXPECT_EQ(config_layer_name(ConfigLayer::named), "named");
   EXPECT_EQ(config_layer_name(ConfigLayer::found), "found");
   EXPECT_EQ(config_layer_name(ConfigLayer::user), "user");
   EXPECT_EQ(config_layer_name(ConfigLayer::system), "system");
}

} // namespace
} // namespace keyseat::tests
