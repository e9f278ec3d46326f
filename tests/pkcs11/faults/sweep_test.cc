// SPDX-License-Identifier: Apache-2.0
//
// Every call that the plugin makes into a module fails once, in every way: whatever happens, no CEK is a wrong
// one, no key is lost, the failure says what it is, and the next call works.

#include "pkcs11/faults/token_test.h"

#include <functional>
#include <optional>

namespace pkcs11_test {
namespace {

using contract::Bytes;
using contract::Opened;
using contract::Wrapped;

struct Kind {
   const char *key_type;
   const char *name;                      // for a test
   const std::vector<Fault> &(*faults)(); // to try where one instance after the other is opened
   const char *alg = "";
};

class Sweep : public TokenTest, public testing::WithParamInterface<Kind> {
 protected:
   void SetUp() override {
      alg_ = GetParam().alg;
      ASSERT_NO_FATAL_FAILURE(ensure_key(object(), GetParam().key_type));
      const auto opened = open(object());
      wrapped_ = opened->wrap(cek_);
      ASSERT_EQ(wrapped_.status, KEYSEAT_OK);
      ASSERT_EQ(opened->unwrap(wrapped_).cek, cek_);
      kid_ = opened->status().kid;
   }

   std::string object() const { return GetParam().name; }

   struct Start {
      std::function<std::unique_ptr<Opened>()> make;
      const std::vector<Fault> &faults;
   };

   // Makes `call`, on an instance that `start` makes, with each fault at each of its calls into the module.
   // `check` looks at what came of it when the fault is over; then the key still opens what it wrapped.
   template <class Call, class Check>
   void sweep(const Start &start, const Call &call, const Check &check) {
      auto opened = start.make();
      plan_.disarm();
      const auto clean = call(*opened);
      const std::uint32_t calls = plan_.calls();
      ASSERT_GT(calls, 0u);
      check(clean);
      std::uint32_t spoiled = 0;
      for (const Fault &fault : start.faults) {
         for (std::uint32_t number = 1; number <= calls && !HasFailure(); ++number) {
            opened.reset();
            opened = start.make();
            plan_.arm(fault, number);
            const auto outcome = call(*opened);
            spoiled += plan_.faults() > 0 ? 1 : 0;
            const std::string place = plan_.last_function();
            plan_.disarm();
            SCOPED_TRACE(std::string(fault.name) + " at call " + std::to_string(number) + ", " +
                         place);
            check(outcome);
            if (fault.kind == FAULT_DELAY) {
               EXPECT_EQ(outcome.status, KEYSEAT_OK) << message_of(outcome);
            }
            const auto unwrapped = opened->unwrap(wrapped_);
            EXPECT_EQ(unwrapped.cek, cek_) << "the next call: " << message_of(unwrapped);
         }
      }
      EXPECT_EQ(spoiled, calls * start.faults.size()) << "the plan has not come into force";
   }

   // A protector that has done nothing so far.
   Start cold() {
      return {[this] { return open(object()); }, GetParam().faults()};
   }

   // One that is logged in and knows its key.
   Start warm() {
      return {[this] {
                 auto opened = open(object());
                 EXPECT_EQ(opened->unwrap(wrapped_).cek, cek_);
                 return opened;
              },
              all_faults()};
   }

   static std::string message_of(const contract::Outcome &outcome) {
      return outcome.explained ? outcome.explained->message : "no message";
   }

   static void expect_clear_failure(const contract::Outcome &outcome) {
      EXPECT_TRUE(blames_the_device(outcome.status))
            << outcome.status << " " << message_of(outcome);
      ASSERT_TRUE(outcome.explained);
      EXPECT_NE(outcome.explained->message, "");
   }

   void sweep_unwrap(const Start &start) {
      sweep(
            start, [this](const Opened &opened) { return opened.unwrap(wrapped_); },
            [this](const contract::Unwrapped &unwrapped) {
               if (unwrapped.status != KEYSEAT_OK) return expect_clear_failure(unwrapped);
               EXPECT_EQ(unwrapped.cek, cek_);
            });
   }

   // What is wrapped in spite of a fault opens without one: no definition is lost.
   void sweep_wrap(const Start &start) {
      sweep(
            start, [this](const Opened &opened) { return opened.wrap(cek_); },
            [this](const Wrapped &wrapped) {
               if (wrapped.status != KEYSEAT_OK) return expect_clear_failure(wrapped);
               const auto unwrapped = open(object())->unwrap(wrapped);
               EXPECT_EQ(unwrapped.cek, cek_) << wrapped.header << message_of(unwrapped);
            });
   }

   void sweep_status(const Start &start) {
      sweep(
            start, [](const Opened &opened) { return opened.status(); },
            [this](const contract::StatusOutcome &status) {
               EXPECT_EQ(status.status, KEYSEAT_OK);
               EXPECT_NE(status.message, "");
               EXPECT_TRUE(status.health != KEYSEAT_HEALTH_OK || status.kid == kid_) << status.kid;
            });
   }

   Bytes cek_ = random_cek();
   Wrapped wrapped_;
   std::string kid_;
};

TEST_P(Sweep, UnwrapOfANewInstance) { sweep_unwrap(cold()); }
TEST_P(Sweep, Unwrap) { sweep_unwrap(warm()); }
TEST_P(Sweep, WrapOfANewInstance) { sweep_wrap({cold().make, typical_faults()}); }
TEST_P(Sweep, Wrap) { sweep_wrap(warm()); }
TEST_P(Sweep, StatusOfANewInstance) { sweep_status({cold().make, typical_faults()}); }
TEST_P(Sweep, Status) { sweep_status(warm()); }

INSTANTIATE_TEST_SUITE_P(Keys, Sweep,
                         testing::Values(Kind{"oct", "oct", all_faults},
                                         Kind{"oct", "GCM", typical_faults, "A256GCMKW"},
                                         Kind{"P-256", "P256", typical_faults},
                                         Kind{"RSA-2048", "RSA", typical_faults}),
                         [](const auto &kind) { return kind.param.name; });

} // namespace
} // namespace pkcs11_test
