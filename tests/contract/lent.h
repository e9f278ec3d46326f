// SPDX-License-Identifier: Apache-2.0
//
// Lent: what a plugin is given for one call and no longer (R-MEM-2). Each input ends where readable memory
// ends, and is gone after the call: whoever reads beyond its end, or after the call, ends the process.

#ifndef KEYSEAT_TESTS_CONTRACT_LENT_H
#define KEYSEAT_TESTS_CONTRACT_LENT_H

#include <keyseat/plugin/values.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace contract {

// Addresses are not used again while the process lives. Thread-safe, but for take_back().
class Lent {
 public:
   Lent();
   ~Lent() { take_back(); }
   Lent(const Lent &) = delete;
   Lent &operator=(const Lent &) = delete;

   // Zeroed memory, aligned to `alignment`. Throws std::bad_alloc when a call is lent too much.
   void *allocate(std::size_t size, std::size_t alignment);

   template <class T>
   T *array(std::size_t size) {
      return static_cast<T *>(allocate(size * sizeof(T), alignof(T)));
   }

   // A copy, and a view of it.
   const keyseat_text *text(std::string_view text); // with a final NUL
   const keyseat_bytes *bytes(const std::vector<std::uint8_t> &bytes);

   void take_back();

 private:
   std::mutex mutex_;
   std::uint8_t *begin_;
   std::size_t used_ = 0; // bytes of whole pages
};

// Pages of memory, of the operating system.
constexpr std::size_t kPageSize = 4096;
void *reserve_pages(std::size_t size); // not to be touched yet; throws std::bad_alloc
void open_pages(void *pages, std::size_t size);
void revoke_pages(void *pages, std::size_t size); // for good

} // namespace contract

#endif
