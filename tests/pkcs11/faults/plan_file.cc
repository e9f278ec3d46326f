// SPDX-License-Identifier: Apache-2.0

#include "pkcs11/faults/plan_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

namespace pkcs11_test {

const std::vector<Fault> &all_faults() {
   static const std::vector<Fault> faults{
         {"CKR_GENERAL_ERROR", FAULT_REFUSE, CKR_GENERAL_ERROR},
         {"CKR_DEVICE_ERROR", FAULT_REFUSE, CKR_DEVICE_ERROR},
         {"CKR_DEVICE_REMOVED", FAULT_REFUSE, CKR_DEVICE_REMOVED},
         {"CKR_SESSION_HANDLE_INVALID", FAULT_REFUSE, CKR_SESSION_HANDLE_INVALID},
         {"CKR_USER_NOT_LOGGED_IN", FAULT_REFUSE, CKR_USER_NOT_LOGGED_IN},
         {"CKR_OBJECT_HANDLE_INVALID", FAULT_REFUSE, CKR_OBJECT_HANDLE_INVALID},
         {"CKR_MECHANISM_INVALID", FAULT_REFUSE, CKR_MECHANISM_INVALID},
         {"CKR_HOST_MEMORY", FAULT_REFUSE, CKR_HOST_MEMORY},
         {"a vendor's code", FAULT_REFUSE, CKR_VENDOR_DEFINED + 1},
         {"CKR_DEVICE_ERROR from now on", FAULT_REFUSE, CKR_DEVICE_ERROR, true},
         {"CKR_GENERAL_ERROR from now on", FAULT_REFUSE, CKR_GENERAL_ERROR, true},
         {"CKR_SESSION_HANDLE_INVALID from now on", FAULT_REFUSE, CKR_SESSION_HANDLE_INVALID, true},
         {"CKR_USER_NOT_LOGGED_IN from now on", FAULT_REFUSE, CKR_USER_NOT_LOGGED_IN, true},
         {"CKR_DEVICE_ERROR after it was done", FAULT_LOSE_ANSWER, CKR_DEVICE_ERROR},
         {"a length short by 1", FAULT_LENGTH, -1},
         {"a length long by 1", FAULT_LENGTH, 1},
         {"a huge length", FAULT_LENGTH, 1'000'000},
         {"a delay", FAULT_DELAY, 2},
   };
   return faults;
}

const std::vector<Fault> &typical_faults() {
   static const std::vector<Fault> faults{
         {"CKR_GENERAL_ERROR", FAULT_REFUSE, CKR_GENERAL_ERROR},
         {"CKR_SESSION_HANDLE_INVALID", FAULT_REFUSE, CKR_SESSION_HANDLE_INVALID},
         {"CKR_DEVICE_ERROR from now on", FAULT_REFUSE, CKR_DEVICE_ERROR, true},
         {"a length short by 1", FAULT_LENGTH, -1},
   };
   return faults;
}

PlanFile::PlanFile(const std::string &folder) {
   const std::string path = folder + "/fault-plan";
   const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
   if (file < 0 || ::ftruncate(file, sizeof *plan_) != 0) throw std::runtime_error("no plan file");
   void *mapped = ::mmap(nullptr, sizeof *plan_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
   ::close(file);
   if (mapped == MAP_FAILED) throw std::runtime_error("the plan file cannot be mapped");
   plan_ = static_cast<fault_plan *>(mapped);
   ::setenv(kVariable, path.c_str(), 1);
   disarm();
}

PlanFile::~PlanFile() { ::munmap(plan_, sizeof *plan_); }

void PlanFile::arm(const Fault &fault, std::uint32_t number) {
   count();
   plan_->first = number;
   plan_->last = fault.is_lasting ? UINT32_MAX : number;
   plan_->value = fault.value;
   __atomic_store_n(&plan_->kind, fault.kind, __ATOMIC_RELEASE);
}

void PlanFile::disarm() {
   count();
   __atomic_add_fetch(&plan_->releases, 1, __ATOMIC_ACQ_REL);
}

void PlanFile::count() {
   __atomic_store_n(&plan_->kind, std::uint32_t{FAULT_NONE}, __ATOMIC_RELEASE);
   __atomic_store_n(&plan_->calls, 0, __ATOMIC_RELEASE);
   __atomic_store_n(&plan_->faults, 0, __ATOMIC_RELEASE);
}

std::uint32_t PlanFile::calls() const { return __atomic_load_n(&plan_->calls, __ATOMIC_ACQUIRE); }

std::uint32_t PlanFile::faults() const { return __atomic_load_n(&plan_->faults, __ATOMIC_ACQUIRE); }

} // namespace pkcs11_test
