// SPDX-License-Identifier: Apache-2.0
//
// Secret memory for tests: calloc, wiped on release, with books kept so that a test can tell that
// everything was released and that nothing was released with another size than it was allocated.

#ifndef KEYSEAT_TESTS_SUPPORT_TEST_SECRET_MEMORY_H
#define KEYSEAT_TESTS_SUPPORT_TEST_SECRET_MEMORY_H

#include <keyseat/sdk/secret.h>

#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>

namespace keyseat::test {

// Lives longer than all SecretBytes in it. Thread-safe.
class TestSecretMemory {
 public:
   TestSecretMemory() { host_.host_data = this; }
   TestSecretMemory(const TestSecretMemory &) = delete;
   TestSecretMemory &operator=(const TestSecretMemory &) = delete;

   operator sdk::SecretMemory() { return memory(); } // a stand-in wherever one is asked for
   sdk::SecretMemory memory() { return {&host_, &kService}; }

   // Bytes that are allocated and not released.
   std::size_t outstanding() const {
      const std::lock_guard lock(mutex_);
      return outstanding_;
   }
   // Allocations so far.
   std::size_t allocations() const {
      const std::lock_guard lock(mutex_);
      return allocations_;
   }
   // Releases of unknown blocks, or with another size.
   std::size_t wrong_releases() const {
      const std::lock_guard lock(mutex_);
      return wrong_releases_;
   }
   // What allocate() refuses to go beyond, in bytes.
   void set_budget(std::size_t bytes) { budget_ = bytes; }

 private:
   static void *KEYSEAT_CALL allocate(const keyseat_host *host, std::size_t size) {
      auto &self = *static_cast<TestSecretMemory *>(host->host_data);
      const std::lock_guard lock(self.mutex_);
      if (size > self.budget_ - self.outstanding_) return nullptr;
      void *p = std::calloc(1, size);
      if (p == nullptr) return nullptr;
      self.blocks_[p] = size;
      self.outstanding_ += size;
      ++self.allocations_;
      return p;
   }

   static void KEYSEAT_CALL release(const keyseat_host *host, void *p, std::size_t size) {
      if (p == nullptr) return;
      auto &self = *static_cast<TestSecretMemory *>(host->host_data);
      const std::lock_guard lock(self.mutex_);
      const auto block = self.blocks_.find(p);
      if (block == self.blocks_.end() || block->second != size) {
         ++self.wrong_releases_;
         return;
      }
      for (volatile std::uint8_t *byte = static_cast<std::uint8_t *>(p); size > 0; --size)
         *byte++ = 0;
      self.outstanding_ -= block->second;
      self.blocks_.erase(block);
      std::free(p);
   }

   static constexpr keyseat_service_secret_memory kService = {allocate, release};

   keyseat_host host_ = {};
   mutable std::mutex mutex_;
   std::map<void *, std::size_t> blocks_;
   std::size_t outstanding_ = 0;
   std::size_t allocations_ = 0;
   std::size_t wrong_releases_ = 0;
   std::size_t budget_ = std::numeric_limits<std::size_t>::max();
};

} // namespace keyseat::test

#endif
