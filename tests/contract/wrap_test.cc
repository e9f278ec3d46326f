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

std::string member(const std::string &object, const char *name) {
   const jose::JsonTree tree(object);
   const auto value = tree.root().find(name);
   return value.is(jose::JsonKind::string) ? value.public_text() : "";
}

} // namespace

TEST_F(Wrap, UnwrapReturnsTheCek) {
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   ASSERT_EQ(wrapped.status, KEYSEAT_OK);
   const Unwrapped unwrapped = opened->unwrap(wrapped);
   ASSERT_EQ(unwrapped.status, KEYSEAT_OK);
   EXPECT_EQ(unwrapped.cek, cek);
}

TEST_F(Wrap, AnotherInstanceUnwraps) {
   const Bytes cek = random_cek();
   const Wrapped wrapped = open()->wrap(cek);
   ASSERT_EQ(wrapped.status, KEYSEAT_OK);
   EXPECT_EQ(open()->unwrap(wrapped).cek, cek);
}

TEST_F(Wrap, UnwrapTakesAHeaderMergedWithTheProtectedOne) {
   const auto opened = open();
   const Bytes cek = random_cek();
   Wrapped wrapped = opened->wrap(cek);
   ASSERT_EQ(wrapped.status, KEYSEAT_OK);
   const std::string protected_members =
         R"({"enc":"A256GCM","typ":"keyseat+jwe","ks_v":1,"ks_binding":{"a":["{","\"",{}]},)";
   wrapped.header = protected_members + wrapped.header.substr(wrapped.header.find('{') + 1);
   EXPECT_EQ(opened->unwrap(wrapped).cek, cek);
}

TEST_F(Wrap, HeaderNamesTheAlgorithmAndTheCurrentKey) {
   const auto opened = open();
   const Wrapped wrapped = opened->wrap(random_cek());
   ASSERT_EQ(wrapped.status, KEYSEAT_OK);
   EXPECT_NE(member(wrapped.header, "alg"), "");
   EXPECT_EQ(member(wrapped.header, "kid"), opened->status().kid);
   EXPECT_LE(wrapped.header.size(), KEYSEAT_MAX_HEADER);
   EXPECT_LE(wrapped.encrypted_key.size(), KEYSEAT_MAX_ENCRYPTED_KEY);
}

TEST_F(Wrap, TwoWrapsOfOneCekDifferUnlessTheAlgorithmIsDeterministic) {
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped first = opened->wrap(cek);
   const Wrapped second = opened->wrap(cek);
   ASSERT_EQ(first.status, KEYSEAT_OK);
   ASSERT_EQ(second.status, KEYSEAT_OK);
   const bool deterministic = member(first.header, "alg") == "A256KW";
   EXPECT_EQ(first.encrypted_key == second.encrypted_key, deterministic);
}

TEST_F(Wrap, CekOfAnotherSizeIsRefused) {
   const auto opened = open();
   for (const std::size_t size : {0u, 1u, 16u, 31u, 33u, 64u}) {
      EXPECT_NE(opened->wrap(Bytes(size, 'x')).status, KEYSEAT_OK) << size;
   }
}

TEST_F(Wrap, R_MEM_3_SinksThatRefuseMakeTheCallFailWithLimit) {
   const auto opened = open();
   const Wrapped wrapped = opened->wrap(random_cek());
   ASSERT_EQ(wrapped.status, KEYSEAT_OK);
   opened->limits.header = wrapped.header.size() / 2;
   EXPECT_EQ(opened->wrap(random_cek()).status, KEYSEAT_E_LIMIT);
   opened->limits = {};
   opened->limits.encrypted_key = wrapped.encrypted_key.size() - 1;
   EXPECT_EQ(opened->wrap(random_cek()).status, KEYSEAT_E_LIMIT);
   opened->limits = {};
   opened->limits.cek = KEYSEAT_CEK_SIZE - 1;
   EXPECT_EQ(opened->unwrap(wrapped).status, KEYSEAT_E_LIMIT);
   opened->limits = {};
   opened->limits.text = 0;
   EXPECT_EQ(opened->status().status, KEYSEAT_E_LIMIT);
   opened->limits = {};
   EXPECT_EQ(opened->unwrap(wrapped).status, KEYSEAT_OK);
}

TEST_F(Wrap, Status_AnswersWithinASecondAndWithoutAPrompt) {
   const auto opened = open();
   const auto before = std::chrono::steady_clock::now();
   const StatusOutcome status = opened->status();
   EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
   EXPECT_EQ(status.status, KEYSEAT_OK);
   expect_health(*opened, KEYSEAT_HEALTH_OK);
   EXPECT_TRUE(host_.asked().empty() || !prompts() || configuration().has_create);
   const std::size_t asked = host_.asked().size();
   opened->status();
   EXPECT_EQ(host_.asked().size(), asked);
   ASSERT_EQ(opened->unwrap(opened->wrap(random_cek())).status, KEYSEAT_OK);
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
   const jose::JsonTree tree(status.details);
   EXPECT_TRUE(tree.root().is(jose::JsonKind::object));
}

TEST_F(Wrap, SelfTestPasses) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_SELF_TEST);
   const TextOutcome report = open()->self_test();
   ASSERT_EQ(report.status, KEYSEAT_OK);
   const jose::JsonTree tree(report.text);
   ASSERT_TRUE(tree.root().is(jose::JsonKind::array));
   EXPECT_GT(tree.root().size(), 0u);
   for (auto row = tree.root().first(); row.exists(); row = row.next()) {
      EXPECT_TRUE(row.find("passed").boolean()) << row.find("name").public_text();
      EXPECT_TRUE(row.find("detail").is(jose::JsonKind::string));
   }
}

} // namespace contract
