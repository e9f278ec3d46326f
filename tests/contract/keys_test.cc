// SPDX-License-Identifier: Apache-2.0
//
// Keys that are missing, created, replaced, listed, destroyed; and the public key.

#include "contract/contract_test.h"
#include "support/test_secret_memory.h"

#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/key_management.h>

namespace contract {

namespace jose = keyseat::sdk::jose;

class Keys : public ContractTest {
 protected:
   void TearDown() override {
      forget_device_key();
      ContractTest::TearDown();
   }

   bool needs_key() const { return configuration().needs_key; }
};

#define SKIP_UNLESS_A_KEY_CAN_BE_MISSING() \
   if (!needs_key()) GTEST_SKIP() << "the configuration says that no key is ever missing"

TEST_F(Keys, R_KEY_1_OpenAndStatusDoNotFailWithoutAKey) {
   SKIP_UNLESS_A_KEY_CAN_BE_MISSING();
   const auto opened = open_without_key(host_);
   expect_health(*opened, KEYSEAT_HEALTH_KEY_MISSING);
   const StatusOutcome status = opened->status();
   EXPECT_EQ(status.kid, "");
   EXPECT_NE(status.message, "");
   EXPECT_TRUE(host_.asked().empty() || prompts());
}

TEST_F(Keys, R_KEY_2_WrapMakesNoKey) {
   SKIP_UNLESS_A_KEY_CAN_BE_MISSING();
   const Wrapped wrapped = open()->wrap(random_cek());
   const auto opened = open_without_key(host_);
   EXPECT_TRUE(fails_with(KEYSEAT_E_KEY_MISSING, opened->wrap(random_cek())));
   EXPECT_TRUE(fails_with(KEYSEAT_E_KEY_MISSING, opened->unwrap(wrapped)));
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_KEY_MISSING);
}

TEST_F(Keys, CreateMakesTheKeyThatStatusNames) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open_without_key(host_);
   const TextOutcome created = opened->create(configuration().key_type, create_flags());
   ASSERT_TRUE(is_ok(created));
   EXPECT_EQ(opened->status().kid, created.text);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_OK);
   EXPECT_TRUE(is_ok(opened->unwrap(opened->wrap(random_cek()))));
}

TEST_F(Keys, R_KEYS_1_CreateDoesNotTouchAnExistingKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   const TextOutcome created = opened->create(configuration().key_type, create_flags());
   EXPECT_TRUE(fails_with(KEYSEAT_E_KEY_EXISTS, created));
   EXPECT_TRUE(yields(cek, open()->unwrap(wrapped)));
}

TEST_F(Keys, R_KEYS_1_ReplaceMakesAnotherKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const std::string old_kid = opened->status().kid;
   const Wrapped old = opened->wrap(random_cek());
   const TextOutcome created =
         opened->create(configuration().key_type, create_flags() | KEYSEAT_KEYS_REPLACE);
   ASSERT_TRUE(is_ok(created));
   EXPECT_NE(created.text, old_kid);
   EXPECT_TRUE(fails_with(KEYSEAT_E_NOT_MINE, opened->unwrap(old)));
   const auto fresh = open();
   ASSERT_TRUE(is_ok(fresh->wrap(random_cek()))); // what a login shows is known now
   EXPECT_EQ(fresh->status().kid, created.text);
}

TEST_F(Keys, R_KEYS_1_ACreateThatFailsLeavesEverythingAsItWas) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   if (!configuration().encrypted) GTEST_SKIP() << "this create() asks nobody, so nobody declines";
   const Bytes cek = random_cek();
   const Wrapped wrapped = open()->wrap(cek);
   Host declining;
   declining.answer = [](const Asked &) { return Answer{KEYSEAT_E_DECLINED, {}}; };
   const auto opened = open(declining);
   EXPECT_TRUE(fails_with(
         KEYSEAT_E_DECLINED,
         opened->create(configuration().key_type, create_flags() | KEYSEAT_KEYS_REPLACE)));
   EXPECT_TRUE(yields(cek, open()->unwrap(wrapped)));
}

TEST_F(Keys, R_KEYS_2_TheSameRequestMakesNoSecondKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open_without_key(host_);
   const std::uint32_t flags = create_flags() | KEYSEAT_KEYS_REPLACE;
   const TextOutcome first = opened->create(configuration().key_type, flags, 7);
   ASSERT_TRUE(is_ok(first));
   const TextOutcome second = opened->create(configuration().key_type, flags, 7);
   EXPECT_TRUE(is_one_of({KEYSEAT_OK, KEYSEAT_E_KEY_EXISTS}, second));
   if (second.status == KEYSEAT_OK) {
      EXPECT_EQ(second.text, first.text);
   }
   EXPECT_EQ(opened->status().kid, first.text);
}

TEST_F(Keys, UnknownRequestsAreUnsupported) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open_without_key(host_);
   EXPECT_TRUE(
         fails_with(KEYSEAT_E_UNSUPPORTED, opened->create(configuration().key_type, 1u << 31)));
   EXPECT_TRUE(fails_with(KEYSEAT_E_UNSUPPORTED, opened->create("rot13", 0)));
   expect_health(*opened, KEYSEAT_HEALTH_KEY_MISSING);
}

TEST_F(Keys, ListNamesTheCurrentKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const ListOutcome listed = opened->list();
   ASSERT_TRUE(is_ok(listed));
   std::size_t current = 0;
   for (const ListedKey &key : listed.keys) {
      EXPECT_LE(key.state, KEYSEAT_KEY_MISSING) << "ext_keys.h: a state of no key";
      EXPECT_GE(key.created_at, 0) << "ext_keys.h: made before 1970";
      EXPECT_EQ(key.capabilities & ~descriptor().capabilities, 0u);
      if (key.state != KEYSEAT_KEY_CURRENT) continue;
      ++current;
      EXPECT_EQ(key.kid, opened->status().kid);
      EXPECT_NE(opened->wrap(random_cek()).header.find(jose::json_quote(key.alg)),
                std::string::npos);
      EXPECT_EQ(key.key_type, configuration().key_type.value_or(key.key_type));
   }
   EXPECT_EQ(current, 1u);
}

TEST_F(Keys, R_KEYS_3_AListingThatIsEndedIsNoFailure) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const ListOutcome listed = open()->list(1);
   EXPECT_TRUE(is_ok(listed));
   EXPECT_EQ(listed.keys.size(), 1u);
}

TEST_F(Keys, DestroyRemovesTheNamedKeyOnly) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   EXPECT_TRUE(fails_with(KEYSEAT_E_KEY_MISSING, opened->destroy("somebody-else")));
   EXPECT_TRUE(yields(cek, opened->unwrap(wrapped)));
   const Outcome destroyed = opened->destroy(opened->status().kid);
   if (destroyed.status == KEYSEAT_E_UNSUPPORTED) return; // it cannot promise
   ASSERT_TRUE(is_ok(destroyed));
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_KEY_MISSING);
   EXPECT_TRUE(fails_with(KEYSEAT_E_KEY_MISSING, opened->unwrap(wrapped)));
}

TEST_F(Keys, PublicKey_LetsOthersWrap) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_PUBLIC_KEY);
   const auto opened = open();
   ASSERT_TRUE(is_ok(opened->wrap(random_cek()))); // what a login shows is known now
   const TextOutcome exported = opened->export_jwk();
   if ((opened->status().capabilities & KEYSEAT_CAP_KEY_PAIR) == 0) {
      EXPECT_TRUE(fails_with(KEYSEAT_E_UNSUPPORTED, exported));
      return;
   }
   ASSERT_TRUE(is_ok(exported));
   const auto jwk = jose::PublicJwk::parse(exported.text); // refuses private members
   EXPECT_EQ(jwk.kid(), opened->status().kid);
   const jose::JsonTree tree(exported.text);
   EXPECT_FALSE(tree.root().find("key_ops").exists());
   EXPECT_TRUE(tree.root().find("alg").exists());

   const Bytes cek = random_cek();
   keyseat::test::TestSecretMemory memory;
   const auto wrapped = jose::wrap_key(memory, jwk, cek);
   EXPECT_TRUE(yields(cek, opened->unwrap(wrapped.header, wrapped.encrypted_key)));
}

TEST_F(Keys, R_PRM_3_PublicKeyIsExportedWithoutAPrompt) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_PUBLIC_KEY);
   Host silent;
   open(silent)->export_jwk();
   EXPECT_TRUE(silent.asked().empty());
   EXPECT_TRUE(fails_with(KEYSEAT_E_KEY_MISSING, open_without_key(silent)->export_jwk()));
}

TEST_F(Keys, R_INT_2_ACekOfAnotherSizeMadeByAnOutsiderIsTampered) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_PUBLIC_KEY);
   const auto opened = open();
   const Wrapped own = opened->wrap(random_cek());
   if (own.header.find("RSA-OAEP-256") == std::string::npos) {
      GTEST_SKIP() << "only RSA encrypts a key of any size to one of the same shape";
   }
   const auto jwk = jose::PublicJwk::parse(opened->export_jwk().text);
   const Bytes short_cek(16, 'x');
   EXPECT_TRUE(
         fails_with(KEYSEAT_E_TAMPERED,
                    opened->unwrap(own.header, jose::rsa_oaep_encrypt(jwk, false, short_cek))));
}

} // namespace contract
