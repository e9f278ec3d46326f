// SPDX-License-Identifier: Apache-2.0
//
// Every call that the plugin makes into a module hangs, and crashes, once, behind the framework's host: what was asked for
// is given up at its deadline, or fails with the worker process; others work meanwhile, the next one works, and no CEK
// is a wrong one.

#include "pkcs11/faults/hosted_test.h"

#include "contract/process_state.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <chrono>
#include <future>
#include <vector>

namespace pkcs11_test {
namespace {

using ::testing::HasSubstr;
using std::chrono::milliseconds;

constexpr std::uint32_t kTimeout = 500;          // ms; to be given up takes the host two seconds more
constexpr std::uint32_t kLongestTimeout = 8000;  // ms
constexpr std::size_t kMostHanging = 60;         // at once, since each keeps descriptors and threads

enum class Start : std::uint8_t { cold, warm }; // warm: logged in, and the key is known

struct Row {
   const char *key_type;
   Act act;
   Start start;
   const char *name; // for a test
};

class HostSweep : public HostedTest, public testing::WithParamInterface<Row> {
 protected:
   void SetUp() override {
      ASSERT_NO_FATAL_FAILURE(make_key(GetParam().key_type));
      struct ::rlimit files {};
      ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
      files.rlim_cur = files.rlim_max; // calls that were given up keep theirs
      ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
   }

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

   struct Hanging {
      std::unique_ptr<keyseat::Protector> protector;
      std::future<std::string> failure;
      std::string place;
   };

   // One more call of a new protector, which hangs at its call `number` into the module, beside those that do already.
   void hang_at(std::uint32_t number) {
      for (std::uint32_t timeout = kTimeout;; timeout *= 2) {
         Hanging one{start(Place::here), {}, {}};
         plan_.arm({"hang", FAULT_HANG, 0}, number);
         one.failure = std::async(std::launch::async, [this, timeout, &protector = *one.protector] {
            return failure(protector, timeout);
         });
         while (plan_.faults() == 0 &&
                one.failure.wait_for(milliseconds(1)) != std::future_status::ready) {}
         if (plan_.faults() == 0) { // a busy machine may be too slow for the timeout
            ASSERT_NE(one.failure.get(), "") << "there is no call " << number;
            ASSERT_LT(timeout, kLongestTimeout) << "call " << number << " was not reached";
            continue;
         }
         one.place = plan_.last_function() + " at call " + std::to_string(number);
         hanging_.push_back(std::move(one));
         if (hanging_.size() == kMostHanging) expect_to_be_given_up();
         return;
      }
   }

   void expect_to_be_given_up() {
      for (Hanging &one : hanging_) {
         SCOPED_TRACE(one.place);
         EXPECT_THAT(one.failure.get(), HasSubstr("was given up"));
         EXPECT_THAT(failure(*one.protector, kTimeout), HasSubstr("hangs in this process"));
      }
      given_up_ += hanging_.size();
      hanging_.clear();
   }

   // Calls that were given up come back from the module, and do no harm.
   void release(std::size_t threads_before) {
      plan_.disarm();
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
      while (contract::thread_count() > threads_before &&
             std::chrono::steady_clock::now() < deadline)
         std::this_thread::sleep_for(milliseconds(2));
      EXPECT_EQ(contract::thread_count(), threads_before) << "all have come back";
      expect_that_it_works();
   }

   void expect_that_it_works() const {
      const auto protector = open_protector(object_, Place::here);
      EXPECT_EQ(failure_of(GetParam().act, *protector), "");
      EXPECT_EQ(unwrap(*protector, wrapped_), cek_);
   }

   std::vector<Hanging> hanging_;
   std::size_t given_up_ = 0;
};

// A process is logged in as a whole: while one that hangs is, no other one logs in. So the calls up to the login are
// first, and the others while an instance holds the login. C_Initialize is last: while it hangs, nobody has the module.
TEST_P(HostSweep, AHangAtAnyCallIsGivenUpAtItsDeadline) {
   const std::size_t threads = contract::thread_count();
   const bool is_cold = GetParam().start == Start::cold;
   bool has_login = !is_cold;
   if (is_cold) {
      const std::uint32_t calls = count_calls(Place::here);
      for (std::uint32_t number = 2; number <= calls && !has_login; ++number) {
         ASSERT_NO_FATAL_FAILURE(hang_at(number));
         has_login = plan_.last_function() == "C_Login";
      }
   }
   auto keeper = open_protector(object_, Place::here);
   EXPECT_EQ(unwrap(*keeper, wrapped_), cek_) << "others work meanwhile";
   for (std::uint32_t number = has_login ? count_calls(Place::here) : 1; number > 0; --number)
      ASSERT_NO_FATAL_FAILURE(hang_at(number));
   EXPECT_EQ(unwrap(*keeper, wrapped_), cek_) << "others work meanwhile";
   expect_to_be_given_up();
   RecordProperty("given_up", std::to_string(given_up_));
   keeper.reset();
   release(threads);
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

// Without what other keys have no call of their own for.
constexpr Row kRows[] = {
      {"oct", Act::unwrap, Start::cold, "UnwrapOfANewInstance_oct"},
      {"oct", Act::unwrap, Start::warm, "Unwrap_oct"},
      {"oct", Act::wrap, Start::cold, "WrapOfANewInstance_oct"},
      {"oct", Act::wrap, Start::warm, "Wrap_oct"},
      {"oct", Act::status, Start::cold, "StatusOfANewInstance_oct"},
      {"oct", Act::status, Start::warm, "Status_oct"},
      {"P-256", Act::unwrap, Start::cold, "UnwrapOfANewInstance_P256"},
      {"P-256", Act::wrap, Start::cold, "WrapOfANewInstance_P256"},
      {"P-256", Act::status, Start::cold, "StatusOfANewInstance_P256"},
      {"RSA-2048", Act::unwrap, Start::cold, "UnwrapOfANewInstance_RSA"},
      {"RSA-2048", Act::wrap, Start::cold, "WrapOfANewInstance_RSA"},
      {"RSA-2048", Act::status, Start::cold, "StatusOfANewInstance_RSA"},
};

INSTANTIATE_TEST_SUITE_P(Acts, HostSweep, testing::ValuesIn(kRows),
                         [](const auto &row) { return row.param.name; });

} // namespace
} // namespace pkcs11_test
