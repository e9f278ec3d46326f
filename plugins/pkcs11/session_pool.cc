// SPDX-License-Identifier: Apache-2.0

#include "session_pool.h"

#include <chrono>
#include <utility>

namespace pkcs11 {

Session::Session(Session &&other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)),
        handle_(other.handle_),
        is_good_(other.is_good_) {}

Session::~Session() {
   if (pool_ != nullptr) pool_->give_back(handle_, is_good_);
}

SessionPool::SessionPool(std::shared_ptr<const Module> module, CK_SLOT_ID slot)
      : module_(std::move(module)), slot_(slot) {}

SessionPool::~SessionPool() {
   if (is_abandoned_) return;
   for (const CK_SESSION_HANDLE handle : idle_)
      module_->functions().C_CloseSession(handle);
}

CK_SESSION_HANDLE SessionPool::open(CK_FLAGS flags) const {
   CK_SESSION_HANDLE handle = 0;
   check(module_->functions().C_OpenSession(slot_, CKF_SERIAL_SESSION | flags, nullptr, nullptr,
                                            &handle),
         "C_OpenSession");
   return handle;
}

Session SessionPool::take(const Call &call) {
   std::unique_lock<std::mutex> lock(mutex_);
   for (;;) {
      idle_.reserve(idle_.size() + in_use_ + 1);
      if (!idle_.empty()) {
         const CK_SESSION_HANDLE handle = idle_.back();
         idle_.pop_back();
         ++in_use_;
         return {*this, handle};
      }
      ++in_use_;
      lock.unlock();
      try {
         return {*this, open(0)};
      } catch (const CryptokiError &error) {
         lock.lock();
         --in_use_;
         if (error.rv() != CKR_SESSION_COUNT || in_use_ == 0) throw;
      }
      given_back_.wait_for(lock, std::chrono::milliseconds(20));
      call.check_cancelled();
   }
}

void SessionPool::give_back(CK_SESSION_HANDLE handle, bool is_good) noexcept {
   CK_SESSION_HANDLE kept = handle;
   if (!is_good) {
      const CK_FUNCTION_LIST &f = module_->functions();
      is_good = f.C_OpenSession(slot_, CKF_SERIAL_SESSION, nullptr, nullptr, &kept) == CKR_OK;
      f.C_CloseSession(handle);
   }
   {
      const std::lock_guard<std::mutex> lock(mutex_);
      --in_use_;
      if (is_good) idle_.push_back(kept); // take() has made room
   }
   given_back_.notify_one();
}

void SessionPool::renew() {
   const CK_SESSION_HANDLE fresh = open(0);
   std::vector<CK_SESSION_HANDLE> old{fresh};
   {
      const std::lock_guard<std::mutex> lock(mutex_);
      idle_.swap(old);
      idle_.reserve(1 + in_use_);
   }
   for (const CK_SESSION_HANDLE handle : old)
      module_->functions().C_CloseSession(handle);
}

void SessionPool::abandon() {
   const std::lock_guard<std::mutex> lock(mutex_);
   is_abandoned_ = true;
}

SessionPool::Writing::Writing(SessionPool &pool)
      : pool_(pool), handle_(pool.open(CKF_RW_SESSION)) {}

SessionPool::Writing::~Writing() { pool_.module_->functions().C_CloseSession(handle_); }

} // namespace pkcs11
