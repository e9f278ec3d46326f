// SPDX-License-Identifier: Apache-2.0
//
// status, wrap and unwrap of a protector that has its key.

#include "contract/contract_test.h"

#include <keyseat/sdk/jose/json.h>

#include <chrono>
#include <set>

namespace contract {

namespace jose = keyseat::sdk::jose;

class Wrap : public ContractTest {};

namespace {

testing::AssertionResult is_json_object(const std::string &text) {
   try {
      const jose::JsonTree tree(text);
      if (tree.root().is(jose::JsonKind::object)) return testing::AssertionSuccess();
      return testing::AssertionFailure() << "no JSON object: " << text;
   } catch (const jose::JsonError &error) {
      return testing::AssertionFailure() << "no JSON (" << error.what() << "): " << text;
   }
}

std::string member(const std::string &object, const char *name) {
   const jose::JsonTree tree(object);
   const auto value = tree.root().find(name);
   return value.is(jose::JsonKind::string) ? value.public_text() : "";
}

std::string without_member(const std::string &object, const char *name) {
   const jose::JsonTree tree(object);
   std::string rest;
   for (auto v = tree.root().first(); v.exists(); v = v.next()) {
      if (v.name() == name) continue;
      rest += (rest.empty() ? "" : ",") + jose::json_quote(v.name()) + ":" + std::string(v.raw());
   }
   return "{" + rest + "}";
}

} // namespace

TEST_F(Wrap, UnwrapReturnsTheCek) {
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   ASSERT_TRUE(is_ok(wrapped));
   const Unwrapped unwrapped = opened->unwrap(wrapped);
   ASSERT_TRUE(is_ok(unwrapped));
   EXPECT_EQ(unwrapped.cek, cek);
}

TEST_F(Wrap, AnotherInstanceUnwraps) {
   const Bytes cek = random_cek();
   const Wrapped wrapped = open()->wrap(cek);
   ASSERT_TRUE(is_ok(wrapped));
   EXPECT_TRUE(yields(cek, open()->unwrap(wrapped)));
}

TEST_F(Wrap, UnwrapTakesAHeaderMergedWithTheProtectedOne) {
   const auto opened = open();
   const Bytes cek = random_cek();
   Wrapped wrapped = opened->wrap(cek);
   ASSERT_TRUE(is_ok(wrapped));
   const std::string protected_members =
         R"({"enc":"A256GCM","typ":"keyseat+jwe","ks_v":1,"ks_binding":{"a":["{","\"",{}]},)";
   wrapped.header = protected_members + wrapped.header.substr(wrapped.header.find('{') + 1);
   EXPECT_TRUE(yields(cek, opened->unwrap(wrapped)));
}

TEST_F(Wrap, HeaderNamesTheAlgorithmAndTheCurrentKey) {
   const auto opened = open();
   const Wrapped wrapped = opened->wrap(random_cek());
   ASSERT_TRUE(is_ok(wrapped));
   ASSERT_TRUE(is_json_object(wrapped.header));
   EXPECT_NE(member(wrapped.header, "alg"), "");
   EXPECT_EQ(member(wrapped.header, "kid"), opened->status().kid);
   EXPECT_FALSE(wrapped.encrypted_key.empty());
}

TEST_F(Wrap, R_INT_1_AHeaderWithoutKidIsMine) {
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   ASSERT_TRUE(is_ok(wrapped));
   ASSERT_TRUE(is_json_object(wrapped.header));
   const std::string header = without_member(wrapped.header, "kid");
   EXPECT_TRUE(yields(cek, opened->unwrap(header, wrapped.encrypted_key))) << header;
}

TEST_F(Wrap, R_FMT_1_UnwrapReadsWhatReleasedVersionsHaveWritten) {
   if (configuration().kept.empty()) GTEST_SKIP() << "the configuration keeps nothing of them";
   for (const Kept &kept : configuration().kept)
      EXPECT_TRUE(yields(kept.cek, open(kept)->unwrap(kept.header, kept.encrypted_key)))
            << kept.header;
}

TEST_F(Wrap, R_WRAP_1_TwoWrapsOfOneCekDifferUnlessTheAlgorithmIsDeterministic) {
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped first = opened->wrap(cek);
   const Wrapped second = opened->wrap(cek);
   ASSERT_TRUE(is_ok(first));
   ASSERT_TRUE(is_ok(second));
   EXPECT_EQ(first.encrypted_key == second.encrypted_key, configuration().deterministic)
         << "the configuration's member \"deterministic\" says which it is";
}

TEST_F(Wrap, R_WRAP_2_CekOfAnotherSizeIsUnsupported) {
   const auto opened = open();
   for (const std::size_t size : {0u, 1u, 16u, 31u, 33u, 64u}) {
      EXPECT_TRUE(fails_with(KEYSEAT_E_UNSUPPORTED, opened->wrap(Bytes(size, 'x')))) << size;
   }
}

TEST_F(Wrap, R_MEM_3_SinksThatRefuseMakeTheCallFailWithLimit) {
   const auto opened = open();
   const Wrapped wrapped = opened->wrap(random_cek());
   ASSERT_TRUE(is_ok(wrapped));
   opened->limits.header = wrapped.header.size() / 2;
   EXPECT_TRUE(fails_with(KEYSEAT_E_LIMIT, opened->wrap(random_cek())));
   opened->limits = {};
   opened->limits.encrypted_key = wrapped.encrypted_key.size() - 1;
   EXPECT_TRUE(fails_with(KEYSEAT_E_LIMIT, opened->wrap(random_cek())));
   opened->limits = {};
   opened->limits.cek = KEYSEAT_CEK_SIZE - 1;
   EXPECT_TRUE(fails_with(KEYSEAT_E_LIMIT, opened->unwrap(wrapped)));
   opened->limits = {};
   opened->limits.text = 0;
   EXPECT_TRUE(fails_with(KEYSEAT_E_LIMIT, opened->status()));
   opened->limits = {};
   EXPECT_TRUE(is_ok(opened->unwrap(wrapped)));
}

TEST_F(Wrap, R_CALL_1_ACancelledCallEndsAsCancelledOrAsIfItWereNot) {
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   ASSERT_TRUE(is_ok(wrapped));
   opened->before = [](Call &call) { call.cancel(); };
   EXPECT_TRUE(is_one_of({KEYSEAT_OK, KEYSEAT_E_CANCELLED}, opened->wrap(cek)));
   const Unwrapped unwrapped = opened->unwrap(wrapped);
   EXPECT_TRUE(unwrapped.status == KEYSEAT_E_CANCELLED || yields(cek, unwrapped));
   opened->before = nullptr;
   EXPECT_TRUE(yields(cek, opened->unwrap(wrapped))) << "after a call that was cancelled";
}

TEST_F(Wrap, R_CALL_2_WithoutInteractionACallEndsAsAuthRequiredOrAsIfItWereAllowed) {
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   ASSERT_TRUE(is_ok(wrapped));
   opened->before = [](Call &call) { call.forbid_interaction(); };
   EXPECT_TRUE(is_one_of({KEYSEAT_OK, KEYSEAT_E_AUTH_REQUIRED}, opened->wrap(cek)));
   const Unwrapped unwrapped = opened->unwrap(wrapped);
   EXPECT_TRUE(unwrapped.status == KEYSEAT_E_AUTH_REQUIRED || yields(cek, unwrapped));
   opened->before = nullptr;
   EXPECT_TRUE(yields(cek, opened->unwrap(wrapped))) << "after a call without interaction";
}

TEST_F(Wrap, R_PRM_3_OpenAndStatusAskNobody) {
   Host silent; // answers no prompt
   EXPECT_TRUE(is_ok(open(silent)->status()));
   EXPECT_TRUE(is_ok(open_without_key(silent)->status()));
   EXPECT_TRUE(silent.asked().empty());
}

TEST_F(Wrap, Status_AnswersWithinASecond) {
   const auto opened = open();
   const auto before = std::chrono::steady_clock::now();
   EXPECT_TRUE(is_ok(opened->status()));
   EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
   expect_health(*opened, KEYSEAT_HEALTH_OK);
   ASSERT_TRUE(is_ok(opened->unwrap(opened->wrap(random_cek()))));
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_OK) << "after the key was used";
}

TEST_F(Wrap, Status_CapabilitiesAreAmongThoseOfTheDescriptor) {
   const StatusOutcome status = open()->status();
   EXPECT_EQ(status.capabilities & ~descriptor().capabilities, 0u);
   EXPECT_EQ((status.capabilities & KEYSEAT_CAP_NEEDS_PERSON) != 0, prompts());
}

TEST_F(Wrap, Status_DetailsAreAJsonObjectOrEmpty) {
   const StatusOutcome status = open()->status();
   ASSERT_NE(status.message, "");
   EXPECT_EQ(status.message.find('\n'), std::string::npos);
   if (status.details.empty()) return;
   EXPECT_TRUE(is_json_object(status.details));
}

TEST_F(Wrap, SelfTestPasses) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_SELF_TEST);
   const TextOutcome report = open()->self_test();
   ASSERT_TRUE(is_ok(report));
   const jose::JsonTree tree(report.text);
   ASSERT_TRUE(tree.root().is(jose::JsonKind::array));
   EXPECT_GT(tree.root().size(), 0u);
   for (auto row = tree.root().first(); row.exists(); row = row.next()) {
      EXPECT_TRUE(row.find("passed").boolean()) << row.find("name").public_text();
      EXPECT_TRUE(row.find("detail").is(jose::JsonKind::string));
   }
}

} // namespace contract
