// SPDX-License-Identifier: Apache-2.0
//
// A protector in this process: its calls, and what becomes of a plugin that breaks the contract.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/log.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <utility>

#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The error of a wrap by a probe with that fault.
Error wrap_error(const std::string &fault) {
   return error_of([&] { open_probe({{"fault", fault}})->wrap({}, some_cek()); });
}

// The error of a status by a probe with that fault.
Error status_error(const std::string &fault) {
   return error_of([&] { open_probe({{"fault", fault}})->status({}); });
}

void expect_defect(const Error &error, const std::string &words) {
   EXPECT_EQ(error.code(), ErrorCode::plugin_defect);
   EXPECT_THAT(error.message(), StartsWith("protector 'dev': "));
   EXPECT_THAT(error.message(), HasSubstr(words));
}

TEST(Protector, OpensWhatItHasWrapped) {
   const auto probe = open_probe({});
   const WrappedCek wrapped = probe->wrap({}, some_cek());
   const auto cek = probe->unwrap({}, wrapped.header, wrapped.encrypted_key);
   ASSERT_TRUE(cek);
   EXPECT_EQ(Bytes(cek->data(), cek->data() + cek->size()), some_cek());
}

TEST(Protector, KeepsTheCekInSecretMemory) {
   const auto probe = open_probe({});
   const WrappedCek wrapped = probe->wrap({}, some_cek());
   const auto cek = probe->unwrap({}, wrapped.header, wrapped.encrypted_key);
   ASSERT_TRUE(cek);
   EXPECT_TRUE(is_secret_memory(cek->data()));
   EXPECT_FALSE(is_secret_memory(wrapped.encrypted_key.data()));
}

TEST(Protector, SaysThatAnEncryptedKeyIsNotItsOwn) {
   EXPECT_FALSE(open_probe({})->unwrap({}, R"({"kid":"other"})", some_cek()));
}

TEST(Protector, RefusesAnAlteredEncryptedKey) {
   const auto probe = open_probe({});
   WrappedCek wrapped = probe->wrap({}, some_cek());
   wrapped.encrypted_key[0] ^= 1;
   const Error error = error_of([&] { probe->unwrap({}, wrapped.header, wrapped.encrypted_key); });
   EXPECT_EQ(error.code(), ErrorCode::credential_refused);
}

TEST(Protector, RefusesAHeaderThatNoPluginMakes) {
   const auto probe = open_probe({});
   for (const std::string &header :
        {std::string(KEYSEAT_MAX_HEADER + 1, ' '), std::string("{\0}", 3)}) {
      EXPECT_EQ(error_of([&] { probe->unwrap({}, header, some_cek()); }).code(),
                ErrorCode::credential_refused);
   }
}

TEST(Protector, TakesACekOf32BytesOnly) {
   EXPECT_EQ(error_of([] { open_probe({})->wrap({}, Bytes(31)); }).code(), ErrorCode::internal);
}

TEST(Protector, ReportsItsStatusWithKnownWordsOnly) {
   const ProtectorStatus status = open_probe({})->status({});
   EXPECT_EQ(status.health, Health::ok);
   EXPECT_EQ(status.kid, "probe-1");
   EXPECT_THAT(status.capabilities, ElementsAre("exportable"));
   EXPECT_THAT(status.message, Not(HasSubstr("\n")));
}

TEST(Protector, TakesAHealthThatNobodyKnowsAsUnknown) {
   EXPECT_EQ(open_probe({{"fault", "unknown-health"}})->status({}).health, Health::unknown);
   EXPECT_EQ(health_name(Health::key_missing), "key-missing");
}

TEST(Protector, ManagesKeysWhereItsPluginDoes) {
   const auto probe = open_probe({});
   EXPECT_TRUE(probe->offers(Extension::keys));
   EXPECT_FALSE(probe->offers(Extension::approve));
   EXPECT_EQ(error_of([&] { probe->approve({}); }).code(), ErrorCode::unsupported);
   probe->destroy_key({}, "probe-1");
   EXPECT_EQ(error_of([&] { probe->destroy_key({}, "other"); }).code(), ErrorCode::key_missing);
   EXPECT_THAT(probe->export_public_key({}), HasSubstr("P-256"));
   EXPECT_EQ(error_of([&] { probe->create_key({}, {.key_type = "RSA-2048"}); }).code(),
             ErrorCode::unsupported);
}

TEST(Protector, ReadsAKeyInfoThatHasGrownAndAStateThatNobodyKnows) {
   const std::vector<KeyInfo> keys = open_probe({})->list_keys({});
   ASSERT_EQ(keys.size(), 1U);
   EXPECT_EQ(keys[0].kid, "probe-1");
   EXPECT_EQ(keys[0].label, "a label");
   EXPECT_EQ(keys[0].state, "retired");
}

TEST(Protector, DrawsARequestIdForEachCallAndKeepsTheCallers) {
   const auto probe = open_probe({});
   EXPECT_NE(probe->create_key({}, {}), probe->create_key({}, {}));
   CallContext context;
   context.request_id[15] = 1;
   EXPECT_EQ(probe->create_key(context, {}), std::string(31, '0') + "1");
   EXPECT_EQ(probe->create_key(context, {}), std::string(31, '0') + "1");
}

TEST(Protector, IsClosedOnceForEachOpen) {
   const auto watcher = open_probe({});
   const ProbeCounts before = probe_counts(*watcher);
   { const auto other = open_probe({}); }
   wrap_error("internal");
   error_of([] { open_probe({{"fault", "does-not-open"}}); });
   EXPECT_EQ(probe_counts(*watcher).opened, before.opened + 2);
   EXPECT_EQ(probe_counts(*watcher).closed, before.closed + 2);
}

TEST(Protector, ExplainsAHeaderWithoutAnInstance) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const Plugin &plugin = registry.load("test.probe", {});
   EXPECT_EQ(plugin.inspect(R"({"kid":"probe-1"})", {}), R"({"key":"probe-1"})");
   EXPECT_EQ(plugin.inspect(R"({"kid":"other"})", {}), "");
   EXPECT_EQ(error_of([&] { plugin.inspect(R"({"kid":"probe-1","nested":1})", {}); }).code(),
             ErrorCode::plugin_defect);
}

// -- failures ----------------------------------------------------------------------------------------

TEST(Failure, NamesTheOptionThatIsToBlame) {
   const Error error = error_of([] { open_probe({{"fault", "does-not-open"}}); });
   EXPECT_EQ(error.code(), ErrorCode::config_invalid);
   EXPECT_EQ(error.message(), "protector 'dev': option 'key': is no key");
   EXPECT_EQ(error.place().pointer, "/key");
}

TEST(Failure, HasWordsWhereThePluginHasNone) {
   EXPECT_EQ(wrap_error("unexplained").message(), "protector 'dev': cannot be reached");
}

TEST(Failure, IsNotExplainedByAnotherStatus) {
   EXPECT_EQ(wrap_error("explains-another").message(), "protector 'dev': cannot be reached");
}

TEST(Failure, ShowsNoControlCharacters) {
   EXPECT_THAT(wrap_error("explains-in-escapes").message(), Not(HasSubstr("\x1b")));
}

TEST(Failure, WithAStatusThatNobodyKnowsIsADefect) {
   expect_defect(wrap_error("unknown-status"), "4711");
}

TEST(Failure, OfWrapIsNeverNotMine) { expect_defect(wrap_error("not-mine"), "no meaning here"); }

// -- defects -----------------------------------------------------------------------------------------

TEST(Defect, IsAnExceptionThatLeavesThePlugin) {
   const PluginRegistry registry = registry_over(plugin_folder());
   const auto nobody = no_prompter();
   expect_defect(
         error_of([&] { registry.load("test.throws", {}).open("dev", {}, "/somewhere", *nobody); }),
         "R-UNW-1");
}

TEST(Defect, IsAnOpenWithoutAnInstance) {
   expect_defect(error_of([] { open_probe({{"fault", "opens-nothing"}}); }), "opened nothing");
   expect_defect(error_of([] { open_probe({{"fault", "lacks-wrap"}}); }), "lacks a function");
}

TEST(Defect, IsAHeaderWithoutAlg) {
   expect_defect(wrap_error("header-no-json"), "header");
   expect_defect(wrap_error("header-no-alg"), "header");
}

TEST(Defect, IsAValueOverItsLimit) {
   expect_defect(wrap_error("long-header"), "header has more than 8192 bytes");
   expect_defect(status_error("long-kid"), "kid has more than 512 bytes");
}

TEST(Defect, IsAWrapToNothing) { expect_defect(wrap_error("no-encrypted-key"), "to nothing"); }

TEST(Defect, IsACekOfAnotherSize) {
   for (const char *fault : {"short-cek", "long-cek"}) {
      const auto probe = open_probe({{"fault", fault}});
      const WrappedCek wrapped = probe->wrap({}, some_cek());
      expect_defect(error_of([&] { probe->unwrap({}, wrapped.header, wrapped.encrypted_key); }),
                    "CEK");
   }
}

TEST(Defect, IsAStatusThatIsNoText) {
   expect_defect(status_error("kid-in-escapes"), "kid");
   expect_defect(status_error("details-no-json"), "details");
}

TEST(Defect, IsAKeyInfoThatIsTooShort) {
   expect_defect(error_of([] {
                    open_probe({{"fault", "short-key-info"}})->list_keys({});
                 }),
                 "lists a key");
}

TEST(Defect, IsAListingWithoutEnd) {
   expect_defect(error_of([] {
                    open_probe({{"fault", "endless-keys"}})->list_keys({});
                 }),
                 "too many keys");
}

TEST(Defect, IsAPrivateKeyExportedAsAPublicOne) {
   expect_defect(error_of([] {
                    open_probe({{"fault", "private-jwk"}})->export_public_key({});
                 }),
                 "private members");
}

TEST(Defect, EndsTheInstance) {
   const auto probe = open_probe({{"fault", "internal"}});
   expect_defect(error_of([&] { probe->wrap({}, some_cek()); }), "");
   expect_defect(error_of([&] { probe->list_keys({}); }), "closed after it broke the contract");
}

// -- time --------------------------------------------------------------------------------------------

TEST(Deadline, CancelsTheCall) {
   const auto probe = open_probe({{"fault", "until-cancelled"}});
   const Error error = error_of([&] { probe->wrap({.timeout_ms = 20}, some_cek()); });
   EXPECT_EQ(error.code(), ErrorCode::protector_unavailable);
   EXPECT_THAT(error.message(), HasSubstr("gave up after 20 ms"));
}

TEST(Cancellation, ReachesThePlugin) {
   const auto probe = open_probe({{"fault", "until-cancelled"}});
   CallContext context;
   int asked = 0;
   context.is_cancelled = [&] { return ++asked > 3; };
   EXPECT_EQ(error_of([&] { probe->wrap(context, some_cek()); }).message(),
             "protector 'dev': cancelled");
}

TEST(Cancellation, IsWhatAThrowingCallerGets) {
   const auto probe = open_probe({{"fault", "until-cancelled"}});
   CallContext context;
   context.is_cancelled = []() -> bool { throw std::runtime_error("broken"); };
   EXPECT_EQ(error_of([&] { probe->wrap(context, some_cek()); }).code(),
             ErrorCode::protector_unavailable);
}

// -- threads and processes ---------------------------------------------------------------------------

// Wraps and unwraps on sixteen threads at once; returns how often that went wrong.
int run_on_sixteen_threads(Protector &probe) {
   std::atomic<int> wrong = 0;
   std::vector<std::thread> threads;
   for (int i = 0; i < 16; ++i) {
      threads.emplace_back([&] {
         for (int j = 0; j < 50; ++j) {
            const WrappedCek wrapped = probe.wrap({}, some_cek());
            if (!probe.unwrap({}, wrapped.header, wrapped.encrypted_key)) ++wrong;
         }
      });
   }
   for (std::thread &thread : threads) {
      thread.join();
   }
   return wrong;
}

TEST(Threads, AreSerialisedWherePluginsDoNotRunInParallel) {
   const auto probe = open_probe({});
   probe->status({});
   EXPECT_EQ(run_on_sixteen_threads(*probe), 0);
   EXPECT_THAT(probe->status({}).details, HasSubstr("\"most-inside\":1,"));
}

TEST(Threads, ShareAParallelPlugin) {
   const auto probe = open_probe({{"fault", "parallel"}});
   probe->status({});
   EXPECT_EQ(run_on_sixteen_threads(*probe), 0);
}

TEST(Hosts, LiveSideBySideInOneProcess) {
   const PluginRegistry first = registry_over(plugin_folder());
   const PluginRegistry second = registry_over(plugin_folder());
   ScriptedPrompter one({"1234"});
   ScriptedPrompter two({"1234"});
   const auto a = first.load("test.probe", {}).open("a", {{"ask", "existing"}}, "/a", one);
   const auto b = second.load("test.probe", {}).open("b", {{"ask", "existing"}}, "/b", two);
   a->wrap({}, some_cek());
   b->wrap({}, some_cek());
   ASSERT_EQ(one.asked().size(), 1U);
   ASSERT_EQ(two.asked().size(), 1U);
   EXPECT_EQ(one.asked()[0].protector, "a");
   EXPECT_EQ(two.asked()[0].protector, "b");
}

TEST(Log, TakesLinesOfPluginsInPrintableForm) {
   std::vector<std::pair<LogLevel, std::string>> lines;
   set_log_sink([&](LogLevel level, std::string_view text) { lines.emplace_back(level, text); });
   open_probe({{"fault", "logs"}})->wrap({}, some_cek());
   set_log_sink({});
   ASSERT_EQ(lines.size(), 1U);
   EXPECT_EQ(lines[0].first, LogLevel::error); // a level that nobody knows
   EXPECT_THAT(lines[0].second, StartsWith("protector 'dev': a "));
   EXPECT_THAT(lines[0].second, Not(HasSubstr("\x1b")));
}

TEST(Log, DropsExceptionsOfItsSink) {
   set_log_sink([](LogLevel, std::string_view) { throw std::runtime_error("disk full"); });
   write_log(LogLevel::info, "a line");
   set_log_sink({});
}

} // namespace
} // namespace keyseat::test
