// SPDX-License-Identifier: Apache-2.0
//
// A protector whose plugin runs in a worker process: nobody above can tell it from one that does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/log.h>

#include <string>
#include <tuple>
#include <vector>

#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Isolated, OpensWhatItHasWrapped) {
   const auto probe = open_isolated_probe({});
   const WrappedCek wrapped = probe->wrap({}, some_cek());
   const auto cek = probe->unwrap({}, wrapped.header, wrapped.encrypted_key);
   ASSERT_TRUE(cek);
   EXPECT_EQ(Bytes(cek->data(), cek->data() + cek->size()), some_cek());
   EXPECT_TRUE(is_secret_memory(cek->data()));
}

// Everything that a caller can tell of an error.
std::tuple<ErrorCode, std::string, std::string, std::string> facts_of(const Error &error) {
   return {error.code(), error.message(), error.hint(), error.place().pointer};
}

class BothModes : public testing::TestWithParam<const char *> {};

TEST_P(BothModes, FailInTheSameWords) {
   const auto here = open_probe({{"fault", GetParam()}});
   const auto there = open_isolated_probe({{"fault", GetParam()}});
   const auto wrap_and_status = [](Protector &protector) {
      const WrappedCek wrapped = protector.wrap({}, some_cek());
      protector.unwrap({}, wrapped.header, wrapped.encrypted_key);
      protector.status({});
   };
   EXPECT_EQ(facts_of(error_of([&] { wrap_and_status(*there); })),
             facts_of(error_of([&] { wrap_and_status(*here); })));
}

INSTANTIATE_TEST_SUITE_P(OfTheProbe, BothModes,
                         testing::Values("unknown-status", "unexplained", "internal",
                                         "explains-another", "explains-in-escapes", "long-kid",
                                         "details-no-json", "kid-in-escapes", "header-no-json",
                                         "header-no-alg", "long-header", "no-encrypted-key",
                                         "long-cek", "short-cek", "not-mine"),
                         [](const auto &fault) {
                            std::string name = fault.param;
                            std::erase(name, '-');
                            return name;
                         });

TEST(Isolated, FailsToOpenInTheSameWords) {
   EXPECT_EQ(facts_of(error_of([] {
                open_isolated_probe({{"fault", "does-not-open"}});
             })),
             facts_of(error_of([] {
                open_probe({{"fault", "does-not-open"}});
             })));
}

TEST(Isolated, AsksByTheHost) {
   ScriptedPrompter prompter({"0000", "1234"});
   const auto probe = open_isolated_probe({{"ask", "again"}}, &prompter);
   probe->wrap({}, some_cek());
   ASSERT_EQ(prompter.asked().size(), 2U);
   EXPECT_EQ(prompter.asked()[0].title, "PIN of the probe");
   EXPECT_EQ(prompter.asked()[1].attempt, 2U);
   EXPECT_EQ(prompter.asked()[1].error, "wrong PIN");
}

TEST(Isolated, DeclinesForWhomeverIsAsked) {
   ScriptedPrompter prompter({""});
   const auto probe = open_isolated_probe({{"ask", "existing"}}, &prompter);
   EXPECT_EQ(error_of([&] { probe->wrap({}, some_cek()); }).code(), ErrorCode::declined);
}

TEST(Isolated, LogsByTheHost) {
   std::vector<std::string> lines;
   set_log_sink([&](LogLevel, std::string_view text) { lines.emplace_back(text); });
   open_isolated_probe({{"fault", "logs"}})->wrap({}, some_cek());
   set_log_sink({});
   EXPECT_THAT(lines, ElementsAre(HasSubstr("a \\x1b[31mline")));
}

TEST(Isolated, ListsKeysUntilTheHostHasEnough) {
   const std::vector<KeyInfo> keys = open_isolated_probe({})->list_keys({});
   ASSERT_EQ(keys.size(), 1U);
   EXPECT_EQ(keys[0].kid, "probe-1");
   const auto endless = open_isolated_probe({{"fault", "endless-keys"}});
   EXPECT_EQ(error_of([&] { endless->list_keys({}); }).code(), ErrorCode::plugin_defect);
}

TEST(Isolated, DescribesTheLibraryAsItDescribesItself) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const keyseat_descriptor &here = registry.load("test.probe", {}).descriptor();
   const keyseat_descriptor &there = registry.load("test.probe", {.process = true}).descriptor();
   EXPECT_STREQ(there.id, here.id);
   EXPECT_STREQ(there.name, here.name);
   EXPECT_STREQ(there.version, here.version);
   EXPECT_STREQ(there.description, here.description);
   EXPECT_EQ(there.capabilities, here.capabilities);
   std::size_t i = 0;
   for (; here.options[i] != nullptr; ++i) {
      ASSERT_NE(there.options[i], nullptr);
      EXPECT_STREQ(there.options[i]->name, here.options[i]->name);
      EXPECT_EQ(there.options[i]->type, here.options[i]->type);
      EXPECT_EQ(there.options[i]->marks, here.options[i]->marks);
   }
   EXPECT_EQ(there.options[i], nullptr);
}

TEST(Isolated, RefusesALibraryAsInProcess) {
   const PluginRegistry registry = registry_over(plugin_folder());
   for (const char *id : {"test.no-entry", "test.wrong-draft", "test.wrong-id"}) {
      const auto refusal = [&](const Isolation &isolation) {
         return error_of([&] { registry.load(id, isolation); });
      };
      EXPECT_EQ(refusal({.process = true}).code(), ErrorCode::plugin_refused) << id;
      // In process, the file is named behind that.
      EXPECT_THAT(refusal({}).message(), HasSubstr(refusal({.process = true}).message())) << id;
   }
}

// Settings that are larger than a frame.
TEST(Isolated, SaysWhichLimitItIsThatAnArgumentExceeds) {
   const Error error = error_of([] {
      open_isolated_probe({{"fault", std::string(200'000, 'x')}});
   });
   EXPECT_THAT(error.message(), HasSubstr("larger than a frame"));
}

} // namespace
} // namespace keyseat::test
