// SPDX-License-Identifier: Apache-2.0
#include "base/block_map.h"

#include <algorithm>
#include <bit>
#include <new>

namespace keyseat {

BlockMap::BlockMap(std::size_t size)
      : units_(static_cast<Unit *>(std::calloc(size >> kLeastOrder, sizeof(Unit)))), size_(size) {
   if (units_ == nullptr) throw std::bad_alloc();
   first_free_.fill(kNone);
   push(0, order_for(size));
}

unsigned BlockMap::order_for(std::size_t size) {
   const auto order = static_cast<unsigned>(std::bit_width(size == 0 ? 0 : size - 1));
   return std::max(order, kLeastOrder);
}

bool BlockMap::has_room(std::size_t size) const {
   if (size > size_) return false;
   for (unsigned order = order_for(size); order <= kGreatestOrder; ++order) {
      if (first_free_[order] != kNone) return true;
   }
   return false;
}

std::optional<std::size_t> BlockMap::take(std::size_t size) {
   if (!has_room(size)) return std::nullopt;
   const unsigned wanted = order_for(size);
   unsigned order = wanted;
   while (first_free_[order] == kNone)
      ++order;

   const std::size_t offset = std::size_t{first_free_[order]} << kLeastOrder;
   remove(offset);
   while (order > wanted) { // the upper half stays free
      --order;
      push(offset + (std::size_t{1} << order), order);
   }
   unit(offset).order = static_cast<std::uint8_t>(wanted);
   unit(offset).free = false;
   return offset;
}

bool BlockMap::is_taken(std::size_t offset, std::size_t size) const {
   if (size > size_ || offset >= size_ || offset % (std::size_t{1} << kLeastOrder) != 0)
      return false;
   const Unit &start = units_[offset >> kLeastOrder];
   return start.order == order_for(size) && !start.free;
}

void BlockMap::give_back(std::size_t offset) {
   unsigned order = unit(offset).order;
   unit(offset).order = 0;
   while ((std::size_t{1} << order) < size_) {
      const std::size_t buddy = offset ^ (std::size_t{1} << order);
      if (!unit(buddy).free || unit(buddy).order != order) break;
      remove(buddy);
      offset = std::min(offset, buddy);
      ++order;
   }
   push(offset, order);
}

void BlockMap::push(std::size_t offset, unsigned order) {
   const auto index = static_cast<std::uint32_t>(offset >> kLeastOrder);
   const std::uint32_t head = first_free_[order];
   units_[index] = {head, kNone, static_cast<std::uint8_t>(order), true};
   if (head != kNone) units_[head].previous = index;
   first_free_[order] = index;
}

void BlockMap::remove(std::size_t offset) {
   Unit &gone = unit(offset);
   if (gone.next != kNone) units_[gone.next].previous = gone.previous;
   if (gone.previous != kNone) {
      units_[gone.previous].next = gone.next;
   } else {
      first_free_[gone.order] = gone.next;
   }
   gone = Unit{};
}

} // namespace keyseat
