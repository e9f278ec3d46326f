// SPDX-License-Identifier: Apache-2.0
//
// Arena: one tier of secret memory.

#ifndef KEYSEAT_BASE_ARENA_H
#define KEYSEAT_BASE_ARENA_H

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "base/block_map.h"

namespace keyseat {

// Memory that is left out of core dumps, wiped on release, and reads as zeros in a child of fork().
// Guard pages surround each mapping. All bookkeeping lies outside of the mappings, so that a child may
// go on to allocate and release; its pages are not locked any more, however.
//
// A release that matches no allocation (a second one, another size, a foreign pointer) is a defect of
// the caller: it stops a debug build and is ignored otherwise. Thread-safe.
class Arena {
 public:
   enum class Tier {
      key,     // one region, locked into RAM
      document // grows, locked as far as the limit allows
   };

   static constexpr std::size_t kRegionSize = std::size_t{1} << 20;
   static constexpr std::size_t kLarge = std::size_t{64} << 10; // has a mapping of its own

   // Throws Error(protector_unavailable) when the region of the key tier cannot be mapped and locked.
   explicit Arena(Tier tier);
   Arena(const Arena &) = delete;
   Arena &operator=(const Arena &) = delete;
   ~Arena();

   // `size` zeroed bytes, aligned to 16; null when there are none.
   void *allocate(std::size_t size) noexcept;

   // Wipes and frees what allocate() returned for the same size; null is nothing.
   void release(void *p, std::size_t size) noexcept;

   // Bytes that could not be locked, summed over all mappings so far.
   std::size_t unlocked_bytes() const noexcept { return unlocked_; }

   // Keep other threads out while the process forks.
   void before_fork() noexcept { mutex_.lock(); }
   void after_fork() noexcept { mutex_.unlock(); }

 private:
   using Address = std::uint8_t *;

   void *map(std::size_t size);
   void *allocate_small(std::size_t size);
   void *allocate_large(std::size_t size);
   bool release_small(void *p, std::size_t size);
   bool release_large(void *p, std::size_t size);
   std::map<Address, BlockMap>::iterator add_region();

   const Tier tier_;
   std::mutex mutex_;
   std::map<Address, BlockMap> regions_;        // by their first byte
   std::map<Address, BlockMap>::iterator last_; // the region that served last
   std::map<Address, std::size_t> large_;       // size that was asked for
   std::atomic<std::size_t> unlocked_{0};
};

} // namespace keyseat

#endif
