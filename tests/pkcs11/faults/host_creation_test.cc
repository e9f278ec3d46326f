// SPDX-License-Identifier: Apache-2.0
//
// Every call that making or replacing a key makes into a module crashes once, in a worker process, or hangs: no key is
// lost, and nothing is in the way of another try. Each on an object of its own.

#include "pkcs11/faults/hanging_calls.h"
#include "pkcs11/faults/hosted_test.h"

#include <gmock/gmock.h>

#include <optional>

namespace pkcs11_test {
namespace {

using ::testing::HasSubstr;

constexpr const char *kType = "P-256"; // a pair: two objects

class HostCreation : public HostedTest {
 protected:
   void SetUp() override {
      make_key("oct");
      keeper_ = open_protector(object_, Place::here);
      ASSERT_EQ(unwrap(*keeper_, wrapped_), cek_);
   }

   // None: it has been made. Otherwise how that failed.
   static std::optional<keyseat::Error> create(keyseat::Protector &protector, bool replace,
                                               std::uint32_t timeout_ms = keyseat::kSlowTimeout) {
      keyseat::CallContext call;
      call.timeout_ms = timeout_ms;
      try {
         protector.create_key(call, {.key_type = kType, .replace = replace});
         return std::nullopt;
      } catch (const keyseat::Error &error) {
         EXPECT_NE(error.message(), "");
         return error;
      }
   }

   std::uint32_t count_calls(bool replace, Place place) {
      if (replace) ensure_key("counted", kType);
      const auto protector = open_protector("counted", place);
      plan_.count();
      EXPECT_FALSE(create(*protector, replace));
      const std::uint32_t calls = plan_.calls();
      remove_keys("counted");
      return calls;
   }

   static void expect_signal(const std::optional<keyseat::Error> &failure) {
      ASSERT_TRUE(failure);
      EXPECT_EQ(failure->code(), keyseat::ErrorCode::protector_unavailable);
      EXPECT_THAT(failure->message(), HasSubstr("signal 4"));
   }

   void expect_to_work(keyseat::Protector &protector) const {
      EXPECT_EQ(unwrap(protector, protector.wrap({}, cek_)), cek_);
   }

   // Nothing is in the way of another try, which makes the key unless it has been made already.
   void expect_another_try_to_do(const std::string &object) {
      const auto protector = open_protector(object, Place::here);
      if (const auto again = create(*protector, false)) {
         EXPECT_EQ(again->code(), keyseat::ErrorCode::key_exists) << again->message();
      }
      expect_to_work(*protector);
      remove_keys(object);
   }

   // A token with many keys is slow.
   void remove_keys(const std::string &object) {
      const auto opened = open(object);
      for (const auto &key : opened->list().keys)
         EXPECT_EQ(opened->destroy(key.kid).status, KEYSEAT_OK);
   }

   // Of old and new key there is a whole one, which works once the other one, or the half that is left of it, is
   // destroyed. The list tells a half from a whole.
   void expect_that_no_key_is_lost(const std::string &object, const std::string &old_kid,
                                   const keyseat::WrappedCek &wrapped) {
      const auto listed = open(object)->list();
      ASSERT_EQ(listed.status, KEYSEAT_OK) << listed.explained->message;
      std::string kept;
      for (const auto &key : listed.keys) {
         if (key.state != KEYSEAT_KEY_MISSING && kept != old_kid) kept = key.kid;
      }
      ASSERT_NE(kept, "") << "no whole key of " << listed.keys.size();
      for (const auto &key : listed.keys) {
         if (key.kid == kept) continue;
         EXPECT_EQ(open(object)->destroy(key.kid).status, KEYSEAT_OK);
      }
      const auto protector = open_protector(object, Place::here);
      if (kept == old_kid) {
         EXPECT_EQ(unwrap(*protector, wrapped), cek_) << "the old key is whole";
      }
      expect_to_work(*protector);
      remove_keys(object);
   }

   std::unique_ptr<keyseat::Protector> keeper_; // of this process's login
};

TEST_F(HostCreation, ACrashAtAnyCallOfCreatingLeavesNothingInTheWay) {
   const std::uint32_t calls = count_calls(false, Place::worker);
   ASSERT_GT(calls, 0u);
   for (std::uint32_t number = 1; number <= calls && !HasFailure(); ++number) {
      const auto protector = open_protector("made-" + std::to_string(number), Place::worker);
      plan_.arm({"crash", FAULT_CRASH, 0}, number);
      const auto failure = create(*protector, false);
      SCOPED_TRACE("call " + std::to_string(number) + ", " + plan_.last_function());
      EXPECT_EQ(plan_.faults(), 1u);
      // None where the call was made again, and found nothing; a key that is there where it found one.
      if (failure && failure->code() != keyseat::ErrorCode::key_exists) expect_signal(failure);
      expect_another_try_to_do("made-" + std::to_string(number));
   }
   RecordProperty("crashes", std::to_string(calls));
}

// From the last call to the one that makes the new key: before it nothing has been changed.
TEST_F(HostCreation, ACrashAtAnyCallOfReplacingLosesNoKey) {
   const std::uint32_t calls = count_calls(true, Place::worker);
   ASSERT_GT(calls, 0u);
   bool is_at_new_key = false;
   for (std::uint32_t number = calls; number > 0 && !is_at_new_key && !HasFailure(); --number) {
      const std::string object = "replaced-" + std::to_string(number);
      ASSERT_NO_FATAL_FAILURE(ensure_key(object, kType));
      const auto protector = open_protector(object, Place::worker);
      const keyseat::WrappedCek wrapped = open_protector(object, Place::here)->wrap({}, cek_);
      const std::string old_kid = open_protector(object, Place::here)->status({}).kid;
      plan_.arm({"crash", FAULT_CRASH, 0}, number);
      const auto failure = create(*protector, true);
      SCOPED_TRACE("call " + std::to_string(number) + ", " + plan_.last_function());
      EXPECT_EQ(plan_.faults(), 1u);
      expect_signal(failure);
      is_at_new_key = plan_.last_function() == "C_GenerateKeyPair";
      expect_that_no_key_is_lost(object, old_kid, wrapped);
   }
   EXPECT_TRUE(is_at_new_key);
}

// Calls that were given up come back and complete their key, or undo it: nobody waits for it any more.
TEST_F(HostCreation, AHangAtAnyCallOfCreatingIsGivenUpAndLeavesNothingInTheWay) {
   const std::uint32_t calls = count_calls(false, Place::here);
   HangingCalls hanging(plan_);
   const auto object = [](std::uint32_t number) { return "late-" + std::to_string(number); };
   for (std::uint32_t number = calls; number > 0; --number) {
      hanging.add(
            number, [&] { return open_protector(object(number), Place::here); },
            [](keyseat::Protector &protector, std::uint32_t timeout_ms) {
               const auto failure = create(protector, false, timeout_ms);
               return failure ? failure->message() : std::string();
            });
   }
   EXPECT_EQ(unwrap(*keeper_, wrapped_), cek_) << "others work meanwhile";
   hanging.expect_to_be_given_up();
   hanging.release();
   for (std::uint32_t number = 1; number <= calls && !HasFailure(); ++number) {
      SCOPED_TRACE("call " + std::to_string(number));
      expect_another_try_to_do(object(number));
   }
   RecordProperty("hangs", std::to_string(hanging.count()));
}

} // namespace
} // namespace pkcs11_test
