// SPDX-License-Identifier: Apache-2.0
//
// PlanFile: the test's side of a fault plan (plan.h).

#ifndef KEYSEAT_TESTS_PKCS11_FAULTS_PLAN_FILE_H
#define KEYSEAT_TESTS_PKCS11_FAULTS_PLAN_FILE_H

#include "pkcs11/faults/plan.h"

#include <p11-kit/pkcs11.h>

#include <string>
#include <vector>

namespace pkcs11_test {

// One way to spoil calls.
struct Fault {
   const char *name;
   std::uint32_t kind;
   std::int64_t value;
   bool is_lasting = false; // from the first spoiled call on; otherwise that one alone
};

// Of devices, connections and modules: everything but what speaks of the input.
const std::vector<Fault> &all_faults();

// One of those that the plugin takes for the same, each.
const std::vector<Fault> &typical_faults();

// A file in `folder`, named to modules of this process, and of worker processes that get the variable, by
// $FAULTY_MODULE_PLAN. One at a time.
class PlanFile {
 public:
   static constexpr const char *kVariable = "FAULTY_MODULE_PLAN";

   explicit PlanFile(const std::string &folder);
   PlanFile(const PlanFile &) = delete;
   PlanFile &operator=(const PlanFile &) = delete;
   ~PlanFile();

   // Counts from 1 again, and spoils call `number` and, if the fault lasts, all later ones. Calls that
   // hang already go on hanging.
   void arm(const Fault &fault, std::uint32_t number);

   // Lets all calls pass, those that hang as well, and counts from 1 again.
   void disarm();

   // The same, but that calls that hang already go on hanging.
   void count();

   std::uint32_t calls() const;
   std::uint32_t faults() const;
   std::string last_function() const { return plan_->last_function; }

 private:
   fault_plan *plan_;
};

} // namespace pkcs11_test

#endif
