// SPDX-License-Identifier: Apache-2.0
//
// Modules that hang, behind the framework's host: a hung call is given up at its deadline. (That it is at every
// one, and that a crash is survived, is in host_sweep_test.cc.)

#include "pkcs11/faults/hosted_test.h"

#include <gmock/gmock.h>

namespace pkcs11_test {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kPatience = 300; // ms

class Host : public HostedTest {
 protected:
   void SetUp() override { make_key("oct"); }

   std::unique_ptr<keyseat::Protector> open(Place place) const {
      return open_protector(object_, place);
   }

   std::string failure_of_unwrap(keyseat::Protector &protector) const {
      return failure_of(Act::unwrap, protector, kPatience);
   }

   std::uint32_t calls_of_first_unwrap(Place place) {
      const auto protector = open(place);
      plan_.disarm();
      EXPECT_EQ(unwrap(*protector, wrapped_), cek_);
      return plan_.calls();
   }
};

TEST_F(Host, AHungCallOfThisProcessIsGivenUpAtItsDeadlineAndAnotherInstanceWorks) {
   const auto hung = open(Place::here);
   EXPECT_EQ(unwrap(*hung, wrapped_), cek_);
   plan_.arm({"hang", FAULT_HANG, 0}, 1);
   EXPECT_THAT(failure_of_unwrap(*hung), HasSubstr("did not answer unwrap within 300 ms"));
   EXPECT_NE(failure_of_unwrap(*hung), "") << "an instance that was given up is not used again";
   EXPECT_EQ(unwrap(*open(Place::here), wrapped_), cek_);
   plan_.disarm();
}

TEST_F(Host, AHungInitialisationIsGivenUpAtItsDeadline) {
   const auto hung = open(Place::here);
   plan_.arm({"hang", FAULT_HANG, 0}, 1);
   EXPECT_THAT(failure_of_unwrap(*hung), HasSubstr("did not answer unwrap within 300 ms"));
   EXPECT_THAT(failure_of_unwrap(*open(Place::here)), HasSubstr("its initialisation hangs"));
   plan_.disarm();
   EXPECT_EQ(unwrap(*open(Place::here), wrapped_), cek_);
}

TEST_F(Host, AHungWorkerIsEndedAtTheDeadlineAndItsSuccessorWorks) {
   const std::uint32_t calls = calls_of_first_unwrap(Place::worker);
   for (const std::uint32_t number : {1u, calls / 2, calls}) {
      const auto protector = open(Place::worker);
      plan_.arm({"hang", FAULT_HANG, 0}, number);
      EXPECT_THAT(failure_of_unwrap(*protector), HasSubstr("signal 9")) << number;
      EXPECT_EQ(unwrap(*protector, wrapped_), cek_) << number;
   }
}

} // namespace
} // namespace pkcs11_test
