// SPDX-License-Identifier: Apache-2.0
//
// Every call that the plugin makes into a module hangs, and crashes, once, behind the framework's host: what was asked for
// is given up at its deadline, or fails with the worker process; others work meanwhile, the next one works, and no CEK
// is a wrong one.

#include "pkcs11/faults/hanging_calls.h"
#include "pkcs11/faults/hosted_test.h"

#include <gmock/gmock.h>

namespace pkcs11_test {
namespace {

using ::testing::HasSubstr;

enum class Start : std::uint8_t { cold, warm }; // warm: logged in, and the key is known

struct Row {
   const char *key_type;
   Act act;
   Start start;
   const char *name;     // for a test
   bool logs_in = false; // when it is not yet
};

class HostSweep : public HostedTest, public testing::WithParamInterface<Row> {
 protected:
   void SetUp() override { make_key(GetParam().key_type); }

   std::unique_ptr<keyseat::Protector> start(Place place) const {
      auto protector = open_protector(object_, place);
      if (GetParam().start == Start::warm) {
         EXPECT_EQ(unwrap(*protector, wrapped_), cek_);
      }
      return protector;
   }

   std::string failure(keyseat::Protector &protector, std::uint32_t timeout_ms) const {
      return failure_of(GetParam().act, protector, timeout_ms);
   }

   // Into the module, when nothing is spoiled.
   std::uint32_t count_calls(Place place) {
      const auto protector = start(place);
      return calls_of(GetParam().act, *protector);
   }

   // One more instance, which hangs at that call of its own.
   void hang_at(std::uint32_t number, HangingCalls &hanging) {
      hanging.add(
            number, [this] { return start(Place::here); },
            [this](keyseat::Protector &protector, std::uint32_t timeout_ms) {
               return failure(protector, timeout_ms);
            });
   }

   void expect_that_it_works() const {
      const auto protector = open_protector(object_, Place::here);
      EXPECT_EQ(failure_of(GetParam().act, *protector), "");
      EXPECT_EQ(unwrap(*protector, wrapped_), cek_);
   }
};

// A process is logged in as a whole: while one that hangs is, no other one logs in. So the calls up to the login are
// first, and the others while an instance holds the login. C_Initialize is last: while it hangs, nobody has the module.
// Each row wants a process of its own: calls that were given up keep their sessions, and so the login.
TEST_P(HostSweep, AHangAtAnyCallIsGivenUpAtItsDeadline) {
   HangingCalls hanging(plan_);
   bool is_logged_in = GetParam().start == Start::warm;
   if (!is_logged_in) {
      const std::uint32_t calls = count_calls(Place::here);
      for (std::uint32_t number = 2; number <= calls && !is_logged_in; ++number) {
         hang_at(number, hanging);
         is_logged_in = plan_.last_function() == "C_Login";
      }
      ASSERT_EQ(is_logged_in, GetParam().logs_in);
   }
   auto keeper = open_protector(object_, Place::here);
   EXPECT_EQ(unwrap(*keeper, wrapped_), cek_) << "others work meanwhile";
   for (std::uint32_t number = is_logged_in ? count_calls(Place::here) : 1; number > 0; --number)
      hang_at(number, hanging);
   EXPECT_EQ(unwrap(*keeper, wrapped_), cek_) << "others work meanwhile";
   hanging.expect_to_be_given_up();
   RecordProperty("hangs", std::to_string(hanging.count()));
   keeper.reset();
   hanging.release(); // which does no harm
   expect_that_it_works();
}

TEST_P(HostSweep, ACrashAtAnyCallIsSurvivedByIsolation) {
   const std::uint32_t calls = count_calls(Place::worker);
   ASSERT_GT(calls, 0u);
   for (std::uint32_t number = 1; number <= calls && !HasFailure(); ++number) {
      const auto protector = start(Place::worker);
      plan_.arm({"crash", FAULT_CRASH, 0}, number);
      const std::string message = failure(*protector, keyseat::kDefaultTimeout);
      SCOPED_TRACE("call " + std::to_string(number) + ", " + plan_.last_function());
      EXPECT_EQ(plan_.faults(), 1u);
      if (!message.empty()) { // otherwise the call was made again
         EXPECT_THAT(message, HasSubstr("signal 4"));
      }
      EXPECT_EQ(unwrap(*protector, wrapped_), cek_) << "the next call";
   }
   RecordProperty("crashes", std::to_string(calls));
}

// Of keys after the first one, what has calls of its own: looking at a public half is part of wrapping.
constexpr Row kRows[] = {
      {"oct", Act::unwrap, Start::cold, "UnwrapOfANewInstance_oct", true},
      {"oct", Act::unwrap, Start::warm, "Unwrap_oct"},
      {"oct", Act::wrap, Start::cold, "WrapOfANewInstance_oct", true},
      {"oct", Act::wrap, Start::warm, "Wrap_oct"},
      {"oct", Act::status, Start::cold, "StatusOfANewInstance_oct"},
      {"oct", Act::status, Start::warm, "Status_oct"},
      {"P-256", Act::unwrap, Start::cold, "UnwrapOfANewInstance_P256", true},
      {"P-256", Act::wrap, Start::cold, "WrapOfANewInstance_P256"},
      {"RSA-2048", Act::unwrap, Start::cold, "UnwrapOfANewInstance_RSA", true},
      {"RSA-2048", Act::wrap, Start::cold, "WrapOfANewInstance_RSA"},
};

INSTANTIATE_TEST_SUITE_P(Acts, HostSweep, testing::ValuesIn(kRows),
                         [](const auto &row) { return row.param.name; });

} // namespace
} // namespace pkcs11_test
