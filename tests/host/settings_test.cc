// SPDX-License-Identifier: Apache-2.0
//
// Settings: their mistakes, what a plugin gets of them (R-HST-2), and their schema.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const keyseat_descriptor &descriptor() {
   static const PluginRegistry registry = registry_over(plugin_folder());
   return registry.load("test.probe", {}).descriptor();
}

// The only mistake of `settings`.
SettingMistake mistake(const Settings &settings) {
   const auto mistakes = check_settings(descriptor(), settings);
   EXPECT_EQ(mistakes.size(), 1U);
   return mistakes.empty() ? SettingMistake{} : mistakes.front();
}

TEST(Settings, MayBeEmptyWhereNothingIsRequired) {
   EXPECT_TRUE(check_settings(descriptor(), {}).empty());
}

TEST(Settings, NameTheOptionThatMayBeMeant) {
   EXPECT_EQ(mistake({{"kye", "x"}}).hint, "did you mean 'key'?");
   EXPECT_EQ(mistake({{"pin-sorce", "x"}}).hint, "did you mean 'pin-source'?");
}

TEST(Settings, NameAllOptionsWhereNoneIsNear) {
   EXPECT_THAT(mistake({{"whatever-it-is", "x"}}).hint, HasSubstr("'pin-source'"));
}

TEST(Settings, HaveTheTypesOfTheTable) {
   EXPECT_THAT(mistake({{"level", "42"}}).message, HasSubstr("an integer"));
   EXPECT_THAT(mistake({{"fast", std::int64_t{1}}}).message, HasSubstr("true or false"));
   EXPECT_THAT(mistake({{"tags", "a"}}).message, HasSubstr("a list of strings"));
   EXPECT_THAT(mistake({{"key", true}}).message, HasSubstr("a string"));
}

TEST(Settings, AreOneOfTheChoices) {
   const SettingMistake found = mistake({{"ask", "existin"}});
   EXPECT_THAT(found.message, HasSubstr("one of 'none', 'existing'"));
   EXPECT_EQ(found.hint, "did you mean 'existing'?");
}

TEST(Settings, StayWithinTheRangeOfIntegers) {
   EXPECT_THAT(mistake({{"level", std::numeric_limits<std::int64_t>::min()}}).message,
               HasSubstr("2^53"));
}

TEST(Settings, AreTextWithoutNulAndInUtf8) {
   EXPECT_THAT(mistake({{"fault", std::string("a\0b", 3)}}).message, HasSubstr("NUL"));
   EXPECT_THAT(mistake({{"tags", std::vector<std::string>{"fine", "\xff"}}}).message,
               HasSubstr("UTF-8"));
   EXPECT_THAT(mistake({{"key", ""}}).message, HasSubstr("empty"));
}

TEST(Settings, NameSourcesOfSecretsInAKnownForm) {
   EXPECT_THAT(mistake({{"pin-source", "fd:x"}}).message, HasSubstr("fd:N"));
   EXPECT_THAT(mistake({{"pin-source", "fd:1"}}).message, HasSubstr("fd:N"));
   EXPECT_THAT(mistake({{"pin-source", "credential:../x"}}).message, HasSubstr("credential"));
   EXPECT_THAT(mistake({{"pin-source", "|cat pin"}}).message, HasSubstr("not run"));
}

TEST(Settings, ReportAllMistakesAtOnceEachWithItsPlace) {
   const Error error = error_of([] { open_probe({{"fast", "x"}, {"kye", "x"}, {"level", "x"}}); });
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_THAT(error.message(), HasSubstr("protector 'dev'"));
   EXPECT_EQ(error.place().pointer, "/fast");
   EXPECT_EQ(error.others().size(), 2U);
}

TEST(Settings, ReachThePluginTypedWithDefaultsAndAbsolutePaths) {
   const auto probe = open_probe({{"key", "keys/../dev.jwk"},
                                  {"level", std::int64_t{-7}},
                                  {"tags", std::vector<std::string>{"a", "b"}}});
   const std::string details = probe->status({}).details;
   EXPECT_THAT(details, HasSubstr(R"("key":"/somewhere/dev.jwk")"));
   EXPECT_THAT(details, HasSubstr(R"("level":-7)"));
   EXPECT_THAT(details, HasSubstr(R"("tags":"a+b")"));
   EXPECT_THAT(details, HasSubstr(R"("fast":1)"));
   EXPECT_THAT(details, HasSubstr(R"("ask":"none")"));
}

TEST(Settings, WithoutValueOrDefaultAreNotAmongThem) {
   EXPECT_THAT(open_probe({})->status({}).details, Not(HasSubstr("\"key\"")));
}

TEST(Settings, KeepTheSourceOfASecretFromThePlugin) {
   const OpenSettings settings(descriptor(), {{"pin-source", "pin"}}, "/run/secrets");
   ASSERT_NE(settings.secret_source("pin-source"), nullptr);
   EXPECT_EQ(std::filesystem::path(*settings.secret_source("pin-source")),
             std::filesystem::path("/run/secrets/pin"));
   EXPECT_EQ(settings.secret_source("key"), nullptr);
   EXPECT_THAT(open_probe({{"pin-source", "fd:7"}})->status({}).details,
               Not(HasSubstr("pin-source")));
}

TEST(SettingsSchema, HoldsTheTableForEditors) {
   const std::string schema = settings_schema(descriptor());
   EXPECT_THAT(schema, HasSubstr("https://json-schema.org/draft/2020-12/schema"));
   EXPECT_THAT(schema, HasSubstr(R"("additionalProperties": false)"));
   EXPECT_THAT(schema, HasSubstr(R"("default": 42)"));
   EXPECT_THAT(schema, HasSubstr(R"("default": true)"));
   EXPECT_THAT(schema, HasSubstr(R"("enum": [)"));
   EXPECT_THAT(schema, HasSubstr("fd:N or credential:NAME"));
}

} // namespace
} // namespace keyseat::test
