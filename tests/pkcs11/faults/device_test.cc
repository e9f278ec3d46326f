// SPDX-License-Identifier: Apache-2.0
//
// A token that is taken away, changed by others, or shared with them: without a fault of the module's own.

#include "pkcs11/faults/token_test.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <functional>

namespace pkcs11_test {
namespace {

class Device : public TokenTest {
 protected:
   void SetUp() override {
      ASSERT_NO_FATAL_FAILURE(ensure_key("oct", "oct"));
      opened_ = open("oct");
      wrapped_ = opened_->wrap(cek_);
      ASSERT_EQ(wrapped_.status, KEYSEAT_OK);
   }

   static const CK_FUNCTION_LIST &softhsm() {
      CK_FUNCTION_LIST_PTR list = nullptr;
      void *library = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW);
      const auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
      EXPECT_EQ(get(&list), CKR_OK);
      return *list;
   }

   static void run(const std::string &command) {
      EXPECT_EQ(std::system((command + " >/dev/null 2>&1").c_str()), 0) << command;
   }

   // What `body` comes to in a child of fork(); 0: as it should.
   static int in_child(const std::function<bool()> &body) {
      const pid_t child = fork();
      if (child == 0) {
         alarm(60);
         _exit(body() ? 0 : 1);
      }
      int status = -1;
      waitpid(child, &status, 0);
      return status;
   }

   contract::Bytes cek_ = random_cek();
   contract::Wrapped wrapped_;
   std::unique_ptr<contract::Opened> opened_;
};

// SoftHSM looks for tokens only when it is initialised: what comes back is seen by the next process
// (tests/pkcs11/faults_test.py), and by this one where the module can (the sweep).
class Removal : public Device {};

TEST_F(Removal, ATokenThatIsTakenAwayBetweenTwoCallsIsUnavailable) {
   const std::filesystem::path tokens = subject().token + "/tokens";
   const std::filesystem::path away = subject().token + "/away";
   std::filesystem::rename(tokens, away);
   const auto gone = opened_->unwrap(wrapped_);
   EXPECT_TRUE(blames_the_device(gone.status)) << gone.status;
   ASSERT_TRUE(gone.explained);
   EXPECT_NE(gone.explained->message, "");
   EXPECT_NE(opened_->wrap(cek_).status, KEYSEAT_OK);
   EXPECT_EQ(opened_->status().health, KEYSEAT_HEALTH_DOWN) << opened_->status().message;
   std::filesystem::rename(away, tokens);
}

TEST_F(Device, AKeyThatAnotherProcessDestroysIsMissing) {
   ASSERT_NO_FATAL_FAILURE(ensure_key("short-lived", "oct"));
   const auto opened = open("short-lived");
   const auto wrapped = opened->wrap(cek_);
   ASSERT_EQ(opened->unwrap(wrapped).cek, cek_);
   run("pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --login --pin 5678-user-pin "
       "--delete-object --type "
       "secrkey --label short-lived");
   const auto unwrapped = opened->unwrap(wrapped);
   EXPECT_EQ(unwrapped.status, KEYSEAT_E_KEY_MISSING);
   EXPECT_EQ(opened->wrap(cek_).status, KEYSEAT_E_KEY_MISSING);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_KEY_MISSING);
}

// As a crash between the two halves of destroying a pair leaves it.
TEST_F(Device, APublicHalfAloneIsListedAsMissingAndDestroyed) {
   ASSERT_NO_FATAL_FAILURE(ensure_key("half", "P-256"));
   run("pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --login --pin 5678-user-pin "
       "--delete-object --type privkey --label half");
   const auto opened = open("half");
   const auto listed = opened->list();
   ASSERT_EQ(listed.status, KEYSEAT_OK) << listed.explained->message;
   ASSERT_EQ(listed.keys.size(), 1u);
   EXPECT_EQ(listed.keys.front().state, KEYSEAT_KEY_MISSING);
   EXPECT_EQ(opened->destroy(listed.keys.front().kid).status, KEYSEAT_OK);
   EXPECT_EQ(opened->list().keys.size(), 0u);
}

TEST_F(Device, OthersInTheProcessKeepTheirSessionAndTheModule) {
   opened_.reset();
   const CK_FUNCTION_LIST &f = softhsm();
   ASSERT_EQ(f.C_Initialize(nullptr), CKR_CRYPTOKI_ALREADY_INITIALIZED);
   std::array<CK_SLOT_ID, 8> slots{}; // first the token, then SoftHSM's offer of another one
   CK_ULONG count = slots.size();
   ASSERT_EQ(f.C_GetSlotList(CK_TRUE, slots.data(), &count), CKR_OK);
   CK_SESSION_HANDLE session = 0;
   ASSERT_EQ(f.C_OpenSession(slots[0], CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_OK);
   {
      const auto opened = open("oct"); // logs in, for the other's session as well
      EXPECT_EQ(opened->unwrap(wrapped_).cek, cek_);
   }
   CK_SESSION_INFO info{};
   EXPECT_EQ(f.C_GetSessionInfo(session, &info), CKR_OK)
         << "closing an instance ends no other's session";
   EXPECT_EQ(info.state, CKS_RO_USER_FUNCTIONS) << "nor their login";
   const std::size_t asked = host_.asked().size();
   EXPECT_EQ(open("oct")->unwrap(wrapped_).cek, cek_);
   EXPECT_EQ(host_.asked().size(), asked) << "where another has logged in, nobody is asked";
   EXPECT_EQ(f.C_CloseSession(session), CKR_OK);
}

TEST_F(Device, AChildOfForkOpensAProtectorOfItsOwn) {
   ASSERT_EQ(opened_->unwrap(wrapped_).cek, cek_);
   EXPECT_EQ(in_child([&] {
                const auto unwrapped = opened_->unwrap(wrapped_);
                return unwrapped.status == KEYSEAT_E_UNAVAILABLE && unwrapped.explained &&
                       unwrapped.explained->message.find("forked") != std::string::npos;
             }),
             0)
         << "the parent's protector";
   EXPECT_EQ(in_child([&] { return open("oct")->unwrap(wrapped_).cek == cek_; }), 0)
         << "one of its own";
   EXPECT_EQ(opened_->unwrap(wrapped_).cek, cek_) << "the parent, afterwards";
}

} // namespace
} // namespace pkcs11_test
