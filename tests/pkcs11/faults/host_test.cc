// SPDX-License-Identifier: Apache-2.0
//
// Modules that hang and crash, behind the framework's host: a hung call is given up at its deadline, a crash is
// survived in a worker process.

#include "pkcs11/faults/token_test.h"

#include "host/plugin.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace pkcs11_test {
namespace {

using ::testing::HasSubstr;

constexpr std::uint32_t kTimeout = 300; // ms

class Host : public TokenTest {
 protected:
   void SetUp() override {
      ASSERT_NO_FATAL_FAILURE(ensure_key("oct", "oct"));
      const std::string pin = subject().token + "/pin";
      std::ofstream(pin) << "5678-user-pin";
      std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
      wrapped_ = open_protector(false)->wrap({}, cek_);
   }

   std::unique_ptr<keyseat::Protector> open_protector(bool is_isolated) {
      static const keyseat::PluginRegistry registry{keyseat::PluginPlaces{}};
      keyseat::Isolation isolation{.process = is_isolated};
      if (is_isolated) {
         isolation.write = {subject().token};
         isolation.environment = {"SOFTHSM2_CONF", PlanFile::kVariable};
      }
      keyseat::Settings settings;
      for (const auto &[name, value] : TokenTest::settings("oct"))
         settings[name] = value;
      settings["pin-source"] = subject().token + "/pin";
      return registry.load_file(subject().library, isolation)
            .open("hsm", settings, subject().token, *nobody_);
   }

   contract::Bytes unwrap(keyseat::Protector &protector) const {
      const auto cek = protector.unwrap({}, wrapped_.header, wrapped_.encrypted_key);
      return cek ? contract::Bytes(cek->data(), cek->data() + cek->size()) : contract::Bytes();
   }

   // The message of the failure; empty when it comes to none.
   std::string failure_of_unwrap(keyseat::Protector &protector, std::uint32_t timeout) const {
      keyseat::CallContext call;
      call.timeout_ms = timeout;
      try {
         const auto cek = protector.unwrap(call, wrapped_.header, wrapped_.encrypted_key);
         EXPECT_EQ(contract::Bytes(cek->data(), cek->data() + cek->size()), cek_);
         return {};
      } catch (const keyseat::Error &error) {
         EXPECT_EQ(error.code(), keyseat::ErrorCode::protector_unavailable) << error.message();
         return error.message();
      }
   }

   std::uint32_t calls_of_first_unwrap(bool is_isolated) {
      const auto protector = open_protector(is_isolated);
      plan_.disarm();
      EXPECT_EQ(unwrap(*protector), cek_);
      return plan_.calls();
   }

   std::unique_ptr<keyseat::Prompter> nobody_ = keyseat::no_prompter();
   contract::Bytes cek_ = random_cek();
   keyseat::WrappedCek wrapped_;
};

TEST_F(Host, AHungCallOfThisProcessIsGivenUpAtItsDeadlineAndAnotherInstanceWorks) {
   const auto hung = open_protector(false);
   EXPECT_EQ(unwrap(*hung), cek_);
   plan_.arm({"hang", FAULT_HANG, 0}, 1);
   EXPECT_THAT(failure_of_unwrap(*hung, kTimeout),
               HasSubstr("did not answer unwrap within 300 ms"));
   EXPECT_NE(failure_of_unwrap(*hung, kTimeout), "")
         << "an instance that was given up is not used again";
   EXPECT_EQ(unwrap(*open_protector(false)), cek_);
   plan_.disarm();
}

TEST_F(Host, AHungInitialisationIsGivenUpAtItsDeadline) {
   const auto hung = open_protector(false);
   plan_.arm({"hang", FAULT_HANG, 0}, 1);
   EXPECT_THAT(failure_of_unwrap(*hung, kTimeout),
               HasSubstr("did not answer unwrap within 300 ms"));
   EXPECT_THAT(failure_of_unwrap(*open_protector(false), kTimeout),
               HasSubstr("its initialisation hangs"));
   plan_.disarm();
   EXPECT_EQ(unwrap(*open_protector(false)), cek_);
}

TEST_F(Host, AHungWorkerIsEndedAtTheDeadlineAndItsSuccessorWorks) {
   const std::uint32_t calls = calls_of_first_unwrap(true);
   for (const std::uint32_t number : {1u, calls / 2, calls}) {
      const auto protector = open_protector(true);
      plan_.arm({"hang", FAULT_HANG, 0}, number);
      EXPECT_THAT(failure_of_unwrap(*protector, kTimeout), HasSubstr("signal 9")) << number;
      EXPECT_EQ(unwrap(*protector), cek_) << number;
   }
}

TEST_F(Host, ACrashAtAnyCallIsSurvivedByIsolation) {
   const std::uint32_t calls = calls_of_first_unwrap(true);
   for (std::uint32_t number = 1; number <= calls && !HasFailure(); ++number) {
      const auto protector = open_protector(true);
      plan_.arm({"crash", FAULT_CRASH, 0}, number);
      const std::string failure = failure_of_unwrap(*protector, keyseat::kDefaultTimeout);
      if (!failure.empty()) { // otherwise the call was made again
         EXPECT_THAT(failure, HasSubstr("signal 4")) << plan_.last_function();
      }
      EXPECT_EQ(plan_.faults(), 1u) << number;
      EXPECT_EQ(unwrap(*protector), cek_) << "after a crash in " << plan_.last_function();
   }
}

} // namespace
} // namespace pkcs11_test
