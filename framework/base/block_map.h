// SPDX-License-Identifier: Apache-2.0
//
// BlockMap: which blocks of a region are free, by the buddy method (Knuth, TAOCP 1, section 2.5).

#ifndef KEYSEAT_BASE_BLOCK_MAP_H
#define KEYSEAT_BASE_BLOCK_MAP_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

namespace keyseat {

// Divides a region of 2^18, 2^19 or 2^20 bytes into blocks of 2^6 to 2^20 bytes, each at a multiple of
// its size. It knows offsets only and never looks into the region, whose pages may read as zeros after
// a fork(). Each call takes at most a step for each power of two. Not thread-safe.
class BlockMap {
 public:
   // One free region of `size` bytes: a power of two within the bounds above. Throws std::bad_alloc.
   explicit BlockMap(std::size_t size);

   // The offset of a block of at least `size` bytes; none when there is no such block.
   std::optional<std::size_t> take(std::size_t size);

   // True when a block that take(size) gave starts at `offset`.
   bool is_taken(std::size_t offset, std::size_t size) const;

   // Frees such a block.
   void give_back(std::size_t offset);

   // Whether take(size) would find a block.
   bool has_room(std::size_t size) const;

 private:
   static constexpr unsigned kLeastOrder = 6;
   static constexpr unsigned kGreatestOrder = 20;
   static constexpr std::uint32_t kNone = UINT32_MAX;

   // One for each 64 bytes; meaningful where a block starts. All zeros: none does.
   struct Unit {
      std::uint32_t next; // in the list of free blocks of its order
      std::uint32_t previous;
      std::uint8_t order; // 0: no block starts here
      bool free;
   };

   // Zeroed by calloc(): pages that no block reaches are never touched.
   struct Free {
      void operator()(Unit *units) const { std::free(units); }
   };
   using Units = std::unique_ptr<Unit[], Free>;

   static unsigned order_for(std::size_t size);
   Unit &unit(std::size_t offset) { return units_[offset >> kLeastOrder]; }
   void push(std::size_t offset, unsigned order);
   void remove(std::size_t offset);

   Units units_;
   std::array<std::uint32_t, kGreatestOrder + 1> first_free_{}; // unit index, by order
   std::size_t size_;
};

} // namespace keyseat

#endif
