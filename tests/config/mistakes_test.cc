// SPDX-License-Identifier: Apache-2.0
//
// What one file can have wrong, and where it is said to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/scene.h"

namespace keyseat::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// The mistakes of a fixture as the project's configuration.
std::vector<std::string> mistakes_in(const std::string &name) {
   const Scene scene;
   scene.put("mistakes/" + name, scene.project);
   return scene.mistakes();
}

TEST(Mistakes, TextThatIsNoJsonIsReportedWhereItEnds) {
   EXPECT_THAT(mistakes_in("syntax.json"), ElementsAre(StartsWith("project:3:34 ")));
}

TEST(Mistakes, ACommentThatDoesNotEndIsReportedWhereItBegins) {
   EXPECT_THAT(mistakes_in("open-comment.json"), ElementsAre(StartsWith("project:3:3 a comment")));
}

TEST(Mistakes, ATextThatIsNotUtf8IsReportedEvenInAComment) {
   EXPECT_THAT(mistakes_in("latin1.json"), ElementsAre("project:1:20 the file is not UTF-8"));
}

TEST(Mistakes, ANameThatIsThereTwiceIsReportedAtTheSecond) {
   EXPECT_THAT(mistakes_in("duplicate.json"), ElementsAre(StartsWith("project:4:5 ")));
}

TEST(Mistakes, ColumnsCountCodePointsWithoutTheByteOrderMark) {
   EXPECT_THAT(mistakes_in("columns.json"), ElementsAre(StartsWith("project:1:12 unknown member")));
}

TEST(Mistakes, UnknownMembersAreReportedWithTheNameThatWasMeant) {
   EXPECT_THAT(mistakes_in("unknown-members.json"),
               ElementsAre("project:2:3 unknown member 'protector' (did you mean 'protectors'?)",
                           "project:3:49 unknown member 'confg' (did you mean 'config'?)",
                           "project:4:36 unknown member 'wehn' (did you mean 'when'?)",
                           "project:5:26 unknown member 'integrationruntime' "
                           "(did you mean 'integrationRuntime'?)",
                           "project:5:53 unknown member 'folder' "
                           "(known here: integrationRuntime, type, name, path)"));
}

TEST(Mistakes, ValuesOfAnotherKindAreReported) {
   EXPECT_THAT(
         mistakes_in("wrong-kinds.json"),
         ElementsAre(
               "project:2:24 'a' should be an object, and is an array",
               "project:2:45 'plugin' should be a string, and is a number",
               "project:2:88 'config' should be an object, and is a string",
               "project:3:14 an element of 'rules' should be an object, and is a string",
               "project:3:41 'type' should be a string or an array of strings, and is a number",
               "project:3:53 an element of 'name' should be a string, and is true or false",
               "project:3:73 'protect' should be an array, and is a string"));
}

TEST(Mistakes, NamesOfProtectorsAreKebabCaseOfAtMost64Letters) {
   EXPECT_THAT(
         mistakes_in("names.json"),
         ElementsAre(StartsWith("project:2:5 'Dev' is no name for a protector"),
                     StartsWith("project:3:5 'dev_two' is no name"),
                     StartsWith("project:4:5 '' is no name"), StartsWith("project:6:5 'a2345")));
}

TEST(Mistakes, APluginIsAnIdAndNeverAPath) {
   EXPECT_THAT(mistakes_in("plugin-paths.json"),
               ElementsAre(StartsWith("project:2:22 '../evil' is no plugin's id"),
                           StartsWith("project:3:22 '/tmp/evil.so' is no plugin's id")));
}

TEST(Mistakes, AProtectorIsAPluginOrAPublicKey) {
   EXPECT_THAT(
         mistakes_in("shapes.json"),
         ElementsAre(
               "project:2:5 protector 'neither' has neither 'plugin' nor 'public-key'",
               "project:3:36 a protector has either 'plugin' or 'public-key'",
               "project:4:37 a public key has no 'config'",
               "project:4:51 a public key has no 'isolation'",
               HasSubstr(
                     "project:5:50 'isolation' should be one of process, none, and is 'proces'"),
               HasSubstr("project:6:54 unknown member 'raed'"),
               HasSubstr("project:6:80 'mode' should be one of")));
}

TEST(Mistakes, OptionsAreStringsIntegersBooleansAndListsOfStrings) {
   EXPECT_THAT(
         mistakes_in("options.json"),
         ElementsAre("project:4:15 'beyond' is beyond 2^53 (9007199254740992)",
                     "project:5:13 'huge' is beyond 2^53 (9007199254740992)",
                     "project:6:17 'fraction' should be an integer, without fraction and exponent",
                     "project:7:17 'exponent' should be an integer, without fraction and exponent",
                     HasSubstr("project:8:16 option 'nothing' should be a string, an integer"),
                     HasSubstr("project:9:15 option 'nested' should be a string, an integer"),
                     "project:10:20 an element of 'mixed' should be a string, and is a number",
                     "project:11:12 'nul' holds a NUL character"));
}

TEST(Mistakes, RulesNameProtectorsThatThereAreAndBindingsThatThereAre) {
   EXPECT_THAT(
         mistakes_in("rules.json"),
         ElementsAre(
               "project:4:26 there is no protector 'recovry' in this file or in a more trusted one "
               "(did you mean 'recovery'?)",
               StartsWith("project:5:18 'protect' is empty"),
               StartsWith("project:6:5 a rule has no 'protect'"),
               "project:7:26 'protect' has 'dev' twice", "project:8:25 'type' is empty",
               "project:8:62 'binding' should be one of type, target, strict, and is 'Target' "
               "(did you mean 'target'?)",
               "project:9:38 'binding' should be one of type, target, strict, and is 'loose'"));
}

TEST(Mistakes, ACredentialHasAtMostSixteenRecipients) {
   EXPECT_THAT(mistakes_in("sixteen.json"),
               ElementsAre("project:10:18 a credential has at most 16 recipients"));
}

TEST(Mistakes, PolicyAndPluginsAreTheSystemsOnly) {
   EXPECT_THAT(
         mistakes_in("system-parts.json"),
         ElementsAre(StartsWith("project:2:3 only the system's configuration may have 'policy'"),
                     StartsWith("project:3:3 only the system's configuration may have 'plugins'")));
}

TEST(Mistakes, TheSystemsPartsAreCheckedToo) {
   const Scene scene;
   scene.put("mistakes/system-mistakes.json", scene.system);
   EXPECT_THAT(
         scene.mistakes(),
         ElementsAre(
               "system:2:26 'require' should be an array, and is a string",
               "system:2:52 'allow-kids' is empty",
               "system:2:73 'least-binding' should be one of type, target, strict, and is 'most'",
               "system:4:17 a folder of plugins is an absolute path",
               "system:5:15 '../x' is no plugin's id",
               "system:5:23 the pin of '../x' should be 64 hexadecimal digits, a SHA-256",
               "system:5:40 the pin of 'keyfile' should be 64 hexadecimal digits, a SHA-256"));
}

TEST(Mistakes, TheMistakesOfAllFilesAreReportedAtOnce) {
   const Scene scene;
   scene.put("mistakes/syntax.json", scene.project);
   scene.put("mistakes/system-parts.json", scene.user);
   scene.put("mistakes/columns.json", scene.system);
   EXPECT_THAT(scene.mistakes(), ElementsAre(StartsWith("project:3:34"), StartsWith("user:2:3"),
                                             StartsWith("user:3:3"), StartsWith("system:1:12")));
}

TEST(Mistakes, PlacesCarryThePointerOfTheValue) {
   const Scene scene;
   scene.put("mistakes/rules.json", scene.project);
   try {
      scene.load();
      FAIL() << "nothing was thrown";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::config_invalid);
      EXPECT_EQ(error.place().file, (scene.project / "keyseat.json").string());
      EXPECT_EQ(error.place().pointer, "/rules/0/protect/1");
   }
}

TEST(Mistakes, AProtectorWithMistakesIsNoUnknownProtector) {
   const Scene scene;
   Scene::write(scene.project / "keyseat.json",
                R"({"protectors": {"a": 1}, "rules": [{"protect": ["a"]}]})");
   EXPECT_THAT(scene.mistakes(), ElementsAre(HasSubstr("'a' should be an object")));
}

TEST(Mistakes, NoNameIsUnknownWhileAFileCannotBeRead) {
   const Scene scene;
   scene.put("layers/project.json", scene.project); // names protectors of the user and the system
   scene.put("mistakes/syntax.json", scene.user);
   EXPECT_THAT(scene.mistakes(), ElementsAre(StartsWith("user:3:34")));
}

TEST(Mistakes, ControlCharactersOfAFileAreShownEscaped) {
   const Scene scene;
   Scene::write(scene.project / "keyseat.json", R"({"\u001b[2J": 1})");
   EXPECT_THAT(scene.mistakes(), ElementsAre(HasSubstr(R"(unknown member '\x1b[2J')")));
}

TEST(Mistakes, AnEmptyObjectHasNone) {
   const Scene scene;
   Scene::write(scene.project / "keyseat.json", "{}");
   EXPECT_THAT(scene.mistakes(), IsEmpty());
}

TEST(Mistakes, AFileBeyondTheLimitIsRefused) {
   const Scene scene;
   Scene::write(scene.project / "keyseat.json", "{}" + std::string(256 * 1024, ' '));
   EXPECT_THROW(scene.load(), Error);
}

} // namespace
} // namespace keyseat::tests
