// SPDX-License-Identifier: Apache-2.0
//
// HangingCalls: calls of protectors in this process that hang within the module, many at a time, since it takes the host
// seconds to give one up.

#ifndef KEYSEAT_TESTS_PKCS11_FAULTS_HANGING_CALLS_H
#define KEYSEAT_TESTS_PKCS11_FAULTS_HANGING_CALLS_H

#include "pkcs11/faults/plan_file.h"

#include "host/protector.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace pkcs11_test {

class HangingCalls {
 public:
   using Open = std::function<std::unique_ptr<keyseat::Protector>()>;
   // The message of the failure; empty when it comes to none.
   using Ask = std::function<std::string(keyseat::Protector &, std::uint32_t timeout_ms)>;

   explicit HangingCalls(PlanFile &plan);

   // One more, which hangs at its call `number` into the module beside those that do already. Throws
   // std::runtime_error when there is no such call.
   void add(std::uint32_t number, const Open &open, const Ask &ask);

   // They are given up, and their protectors do not use the module again.
   void expect_to_be_given_up();

   // Lets all go on, and waits until they have come back.
   void release();

   std::size_t count() const { return count_; } // so far

 private:
   struct Hanging {
      std::unique_ptr<keyseat::Protector> protector;
      Ask ask;
      std::future<std::string> failure;
      std::string place;
   };

   PlanFile &plan_;
   std::size_t threads_before_;
   std::vector<Hanging> hanging_;
   std::size_t count_ = 0;
};

} // namespace pkcs11_test

#endif
