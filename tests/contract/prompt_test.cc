// SPDX-License-Identifier: Apache-2.0
//
// Prompts: answers that are wrong, missing, refused.

#include "contract/contract_test.h"

namespace contract {

class Prompt : public ContractTest {
 protected:
   void SetUp() override {
      ContractTest::SetUp();
      if (!prompts()) GTEST_SKIP() << "the configuration says that this protector never prompts";
      wrapped_ = open()->wrap(cek_);
      ASSERT_TRUE(is_ok(wrapped_));
   }

   Bytes cek_ = random_cek();
   Wrapped wrapped_;
};

TEST_F(Prompt, NamesTheOptionThatIsMarkedSecret) {
   Host host;
   host.answer = host_.answer;
   ASSERT_TRUE(is_ok(open(host)->unwrap(wrapped_)));
   ASSERT_EQ(host.asked().size(), 1u);
   const Asked asked = host.asked().front();
   EXPECT_EQ(asked.kind, KEYSEAT_PROMPT_EXISTING);
   EXPECT_EQ(asked.attempt, 1u);
   EXPECT_NE(asked.title, "");
   EXPECT_EQ(asked.error, "");
   bool is_marked = false;
   for (const auto *const *option = descriptor().options; *option != nullptr; ++option) {
      is_marked |= asked.secret == (*option)->name && ((*option)->marks & KEYSEAT_MARK_SECRET) != 0;
   }
   EXPECT_TRUE(is_marked) << asked.secret;
}

TEST_F(Prompt, R_PRM_1_EachTryTakesAnotherAnswer) {
   Host host;
   const std::string wrong = "a wrong passphrase that must not be shown";
   host.secrets.plant(keyseat::sdk::as_bytes(wrong));
   host.answer = [&](const Asked &) { return Answer{KEYSEAT_OK, wrong}; };
   const auto opened = open(host);
   const Unwrapped failed = opened->unwrap(wrapped_);
   EXPECT_TRUE(is_one_of({KEYSEAT_E_AUTH_FAILED, KEYSEAT_E_AUTH_LOCKED}, failed));
   const auto asked = host.asked();
   ASSERT_GE(asked.size(), 1u);
   EXPECT_LE(asked.size(), 10u);
   for (std::size_t i = 0; i < asked.size(); ++i) {
      EXPECT_EQ(asked[i].attempt, i + 1);
      EXPECT_EQ(asked[i].error.empty(), i == 0) << "attempt " << i + 1;
   }
}

TEST_F(Prompt, R_PRM_1_ALaterCallAsksAfresh) {
   Host host;
   host.answer = [](const Asked &) { return Answer{KEYSEAT_OK, "a wrong passphrase"}; };
   const auto opened = open(host);
   ASSERT_NE(opened->unwrap(wrapped_).status, KEYSEAT_OK);
   const std::size_t before = host.asked().size();
   host.answer = host_.answer;
   EXPECT_TRUE(yields(cek_, opened->unwrap(wrapped_)));
   ASSERT_EQ(host.asked().size(), before + 1);
   EXPECT_EQ(host.asked().back().attempt, 1u);
}

TEST_F(Prompt, R_PRM_1_TheRightAnswerAfterAWrongOneOpens) {
   Host host;
   host.answer = [&](const Asked &asked) {
      return asked.attempt == 1 ? Answer{KEYSEAT_OK, "a wrong passphrase"} : host_.answer(asked);
   };
   const auto opened = open(host);
   EXPECT_TRUE(yields(cek_, opened->unwrap(wrapped_)));
   EXPECT_EQ(host.asked().size(), 2u);
}

TEST_F(Prompt, R_PRM_4_ARightAnswerServesTheInstance) {
   if (configuration().asks_each_time)
      GTEST_SKIP() << "the configuration says that it asks each time";
   Host host;
   host.answer = host_.answer;
   const auto opened = open(host);
   for (int i = 0; i < 3; ++i)
      EXPECT_TRUE(yields(cek_, opened->unwrap(wrapped_)));
   EXPECT_EQ(host.asked().size(), 1u);
}

TEST_F(Prompt, ARefusedOrDeclinedPromptIsReturnedAsItIs) {
   for (const keyseat_status refusal : {KEYSEAT_E_AUTH_REQUIRED, KEYSEAT_E_DECLINED}) {
      Host host;
      host.answer = [&](const Asked &) { return Answer{refusal, {}}; };
      const auto opened = open(host);
      EXPECT_TRUE(fails_with(refusal, opened->unwrap(wrapped_)));
      EXPECT_EQ(host.asked().size(), 1u) << "asked again after a refusal";
   }
}

TEST_F(Prompt, EmptyAndHugeAnswersAreWrongOnes) {
   for (const std::size_t size : {std::size_t{0}, std::size_t{KEYSEAT_MAX_TEXT}}) {
      Host host;
      host.answer = [&](const Asked &) { return Answer{KEYSEAT_OK, std::string(size, 'x')}; };
      EXPECT_TRUE(fails_with(KEYSEAT_E_AUTH_FAILED, open(host)->unwrap(wrapped_))) << size;
   }
}

} // namespace contract
