// SPDX-License-Identifier: Apache-2.0
//
// What a token says of its PIN is seen before anybody is asked for it.

#include "pkcs11/faults/token_test.h"

#include <gmock/gmock.h>

namespace pkcs11_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TokenFlags : public TokenTest {
 protected:
   void SetUp() override {
      ASSERT_NO_FATAL_FAILURE(ensure_key("oct", "oct"));
      wrapped_ = open("oct")->wrap(cek_);
      ASSERT_EQ(wrapped_.status, KEYSEAT_OK);
      host_.answer = [this](const contract::Asked &asked) {
         questions_.push_back(asked.title);
         return contract::Answer{KEYSEAT_OK, "5678-user-pin"};
      };
   }

   // By a protector that has not logged in, on a token that has these flags, too.
   contract::Unwrapped unwrap_with(CK_FLAGS flags) {
      const auto opened = open("oct");
      plan_.arm({"flags", FAULT_FLAGS, static_cast<std::int64_t>(flags), true}, 1);
      auto unwrapped = opened->unwrap(wrapped_);
      plan_.disarm();
      return unwrapped;
   }

   contract::Bytes cek_ = random_cek();
   contract::Wrapped wrapped_;
   std::vector<std::string> questions_;
};

TEST_F(TokenFlags, NobodyIsAskedForAPinThatIsLocked) {
   const auto unwrapped = unwrap_with(CKF_USER_PIN_LOCKED);
   EXPECT_EQ(unwrapped.status, KEYSEAT_E_AUTH_LOCKED);
   ASSERT_TRUE(unwrapped.explained);
   EXPECT_THAT(unwrapped.explained->message, HasSubstr("locked after too many wrong tries"));
   EXPECT_THAT(questions_, IsEmpty());
}

TEST_F(TokenFlags, TheQuestionSaysThatThisIsTheFinalTry) {
   EXPECT_EQ(unwrap_with(CKF_USER_PIN_FINAL_TRY).cek, cek_);
   EXPECT_THAT(questions_, ElementsAre(HasSubstr("final try before the token locks")));
}

TEST_F(TokenFlags, TheQuestionSaysThatAWrongPinWasGivenBefore) {
   EXPECT_EQ(unwrap_with(CKF_USER_PIN_COUNT_LOW).cek, cek_);
   EXPECT_THAT(questions_, ElementsAre(HasSubstr("a wrong PIN was given before")));
}

TEST_F(TokenFlags, ATokenWithAKeypadAsksForItself) {
   EXPECT_EQ(unwrap_with(CKF_PROTECTED_AUTHENTICATION_PATH).cek, cek_);
   EXPECT_THAT(questions_, IsEmpty());
}

} // namespace
} // namespace pkcs11_test
