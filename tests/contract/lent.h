// SPDX-License-Identifier: Apache-2.0
//
// Lent: what a plugin is given for one call and no longer (R-MEM-2). Text and bytes end where readable memory
// ends, and all is gone after the call: whoever reads beyond an end, or after the call, ends the process.

#ifndef KEYSEAT_TESTS_CONTRACT_LENT_H
#define KEYSEAT_TESTS_CONTRACT_LENT_H

#include <keyseat/plugin/values.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace contract {

// Pages of memory, of the operating system.
constexpr std::size_t kPageSize = 4096;
void *map_pages(std::size_t size); // zeroed; throws std::bad_alloc
void close_pages(void *pages, std::size_t size);
void revoke_pages(void *pages, std::size_t size); // for good

// Addresses are not used again while the process lives. Thread-safe, but for take_back().
class Lent {
 public:
   // On pages of its own, or, for a tenth of the time, on the heap, where sanitizers alone see such a look.
   explicit Lent(bool on_pages);
   ~Lent() { take_back(); }
   Lent(const Lent &) = delete;
   Lent &operator=(const Lent &) = delete;

   // Zeroed memory for structs, aligned to `alignment`. Throws std::bad_alloc when a call is lent too much.
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
   std::uint8_t *allocate_before_guard(std::size_t size);

   std::uint8_t *allocate_on_heap(std::size_t size);

   std::mutex mutex_;
   std::vector<std::unique_ptr<std::uint8_t[]>> heap_;
   std::uint8_t *begin_;          // null: on the heap
   std::size_t small_ = 0;        // bytes of the first page, which holds the structs
   std::size_t used_ = kPageSize; // bytes of whole pages
};

} // namespace contract

#endif
