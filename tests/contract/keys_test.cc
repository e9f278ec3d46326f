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
   EXPECT_EQ(opened->wrap(random_cek()).status, KEYSEAT_E_KEY_MISSING);
   EXPECT_EQ(opened->unwrap(wrapped).status, KEYSEAT_E_KEY_MISSING);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_KEY_MISSING);
}

TEST_F(Keys, CreateMakesTheKeyThatStatusNames) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open_without_key(host_);
   const TextOutcome created = opened->create(configuration().key_type, create_flags());
   ASSERT_EQ(created.status, KEYSEAT_OK);
   EXPECT_EQ(opened->status().kid, created.text);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_OK);
   EXPECT_EQ(opened->unwrap(opened->wrap(random_cek())).status, KEYSEAT_OK);
}

TEST_F(Keys, R_KEYS_1_CreateDoesNotTouchAnExistingKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   const TextOutcome created = opened->create(configuration().key_type, create_flags());
   EXPECT_EQ(created.status, KEYSEAT_E_KEY_EXISTS);
   EXPECT_EQ(open()->unwrap(wrapped).cek, cek);
}

TEST_F(Keys, R_KEYS_1_ReplaceMakesAnotherKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const std::string old_kid = opened->status().kid;
   const Wrapped old = opened->wrap(random_cek());
   const TextOutcome created =
         opened->create(configuration().key_type, create_flags() | KEYSEAT_KEYS_REPLACE);
   ASSERT_EQ(created.status, KEYSEAT_OK);
   EXPECT_NE(created.text, old_kid);
   EXPECT_EQ(opened->unwrap(old).status, KEYSEAT_E_NOT_MINE);
   const auto fresh = open();
   ASSERT_EQ(fresh->wrap(random_cek()).status, KEYSEAT_OK); // what a login shows is known now
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
   EXPECT_EQ(opened->create(configuration().key_type, create_flags() | KEYSEAT_KEYS_REPLACE).status,
             KEYSEAT_E_DECLINED);
   EXPECT_EQ(open()->unwrap(wrapped).cek, cek);
}

TEST_F(Keys, R_KEYS_2_TheSameRequestMakesNoSecondKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open_without_key(host_);
   const std::uint32_t flags = create_flags() | KEYSEAT_KEYS_REPLACE;
   const TextOutcome first = opened->create(configuration().key_type, flags, 7);
   ASSERT_EQ(first.status, KEYSEAT_OK);
   const TextOutcome second = opened->create(configuration().key_type, flags, 7);
   EXPECT_TRUE((second.status == KEYSEAT_OK && second.text == first.text) ||
               second.status == KEYSEAT_E_KEY_EXISTS);
   EXPECT_EQ(opened->status().kid, first.text);
}

TEST_F(Keys, UnknownRequestsAreUnsupported) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open_without_key(host_);
   EXPECT_EQ(opened->create(configuration().key_type, 1u << 31).status, KEYSEAT_E_UNSUPPORTED);
   EXPECT_EQ(opened->create("rot13", 0).status, KEYSEAT_E_UNSUPPORTED);
   expect_health(*opened, KEYSEAT_HEALTH_KEY_MISSING);
}

TEST_F(Keys, ListNamesTheCurrentKey) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const ListOutcome listed = opened->list();
   ASSERT_EQ(listed.status, KEYSEAT_OK);
   std::size_t current = 0;
   for (const ListedKey &key : listed.keys) {
      if (key.state != KEYSEAT_KEY_CURRENT) continue;
      ++current;
      EXPECT_EQ(key.kid, opened->status().kid);
      EXPECT_NE(opened->wrap(random_cek()).header.find(jose::json_quote(key.alg)),
                std::string::npos);
      EXPECT_EQ(key.key_type, configuration().key_type.value_or(key.key_type));
   }
   EXPECT_EQ(current, 1u);
}

TEST_F(Keys, DestroyRemovesTheNamedKeyOnly) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const auto opened = open();
   const Bytes cek = random_cek();
   const Wrapped wrapped = opened->wrap(cek);
   EXPECT_EQ(opened->destroy("somebody-else").status, KEYSEAT_E_KEY_MISSING);
   EXPECT_EQ(opened->unwrap(wrapped).cek, cek);
   const Outcome destroyed = opened->destroy(opened->status().kid);
   if (destroyed.status == KEYSEAT_E_UNSUPPORTED) return; // it cannot promise
   ASSERT_EQ(destroyed.status, KEYSEAT_OK);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_KEY_MISSING);
   EXPECT_EQ(opened->unwrap(wrapped).status, KEYSEAT_E_KEY_MISSING);
}

TEST_F(Keys, PublicKey_LetsOthersWrap) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_PUBLIC_KEY);
   const auto opened = open();
   ASSERT_EQ(opened->wrap(random_cek()).status, KEYSEAT_OK); // what a login shows is known now
   const TextOutcome exported = opened->export_jwk();
   if ((opened->status().capabilities & KEYSEAT_CAP_KEY_PAIR) == 0) {
      EXPECT_EQ(exported.status, KEYSEAT_E_UNSUPPORTED);
      return;
   }
   ASSERT_EQ(exported.status, KEYSEAT_OK);
   const auto jwk = jose::PublicJwk::parse(exported.text); // refuses private members
   EXPECT_EQ(jwk.kid(), opened->status().kid);
   const jose::JsonTree tree(exported.text);
   EXPECT_FALSE(tree.root().find("key_ops").exists());
   EXPECT_TRUE(tree.root().find("alg").exists());

   const Bytes cek = random_cek();
   keyseat::test::TestSecretMemory memory;
   const auto wrapped = jose::wrap_key(memory, jwk, cek);
   EXPECT_EQ(opened->unwrap(wrapped.header, wrapped.encrypted_key).cek, cek);
}

TEST_F(Keys, PublicKey_IsExportedWithoutAPrompt) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_PUBLIC_KEY);
   Host silent;
   open(silent)->export_jwk();
   EXPECT_TRUE(silent.asked().empty());
   EXPECT_EQ(open_without_key(silent)->export_jwk().status, KEYSEAT_E_KEY_MISSING);
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
   EXPECT_EQ(opened->unwrap(own.header, jose::rsa_oaep_encrypt(jwk, false, short_cek)).status,
             KEYSEAT_E_TAMPERED);
}

} // namespace contract
