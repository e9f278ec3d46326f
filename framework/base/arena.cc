// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <keyseat/error.h>

#include <cassert>
#include <iterator>
#include <new>

#include "base/platform.h"

namespace keyseat {
namespace {

std::size_t whole_pages(std::size_t size) {
   const std::size_t page = platform::page_size();
   return (size + page - 1) / page * page;
}

} // namespace

Arena::Arena(Tier tier) : tier_(tier), last_(regions_.end()) {
   if (tier_ == Tier::document) return;
   try {
      last_ = add_region();
   } catch (const std::bad_alloc &) {
      throw Error(ErrorCode::protector_unavailable, "no memory for keys can be had");
   }
   if (unlocked_ == 0) return;
   platform::unmap_secret_pages(last_->first, kRegionSize);
   throw Error(ErrorCode::protector_unavailable, "memory for keys cannot be locked into RAM")
         .hint("raise the limit on locked memory (RLIMIT_MEMLOCK, `ulimit -l`) to at least 1024 "
               "KiB");
}

Arena::~Arena() {
   for (const auto &[address, size] : large_) {
      platform::wipe(address, size);
      platform::unmap_secret_pages(address, whole_pages(size));
   }
   for (const auto &[address, blocks] : regions_) {
      platform::wipe(address, kRegionSize);
      platform::unmap_secret_pages(address, kRegionSize);
   }
}

void *Arena::allocate(std::size_t size) noexcept {
   const std::scoped_lock lock(mutex_);
   try {
      const bool large = tier_ == Tier::document && size >= kLarge;
      return large ? allocate_large(size) : allocate_small(size);
   } catch (const std::bad_alloc &) {
      return nullptr;
   }
}

void Arena::release(void *p, std::size_t size) noexcept {
   if (p == nullptr) return;
   const std::scoped_lock lock(mutex_);
   const bool large = tier_ == Tier::document && size >= kLarge;
   [[maybe_unused]] const bool known = large ? release_large(p, size) : release_small(p, size);
   assert(known && "released twice, with another size, or not allocated here");
}

// Zeroed pages, locked where that is possible. Throws std::bad_alloc.
void *Arena::map(std::size_t size) {
   void *p = platform::map_secret_pages(size);
   if (p == nullptr) throw std::bad_alloc();
   if (!platform::lock_pages(p, size)) unlocked_ += size;
   return p;
}

std::map<Arena::Address, BlockMap>::iterator Arena::add_region() {
   BlockMap blocks(kRegionSize);
   void *p = map(kRegionSize);
   try {
      return regions_.emplace(static_cast<Address>(p), std::move(blocks)).first;
   } catch (...) {
      platform::unmap_secret_pages(p, kRegionSize);
      throw;
   }
}

// The region that served last is asked first: most allocations end there, however many there are.
void *Arena::allocate_small(std::size_t size) {
   if (last_ == regions_.end() || !last_->second.has_room(size)) {
      last_ = regions_.begin();
      while (last_ != regions_.end() && !last_->second.has_room(size))
         ++last_;
   }
   if (last_ == regions_.end()) {
      if (tier_ == Tier::key) return nullptr;
      last_ = add_region();
   }
   return last_->first + *last_->second.take(size);
}

void *Arena::allocate_large(std::size_t size) {
   if (size > SIZE_MAX / 2) return nullptr;
   void *p = map(whole_pages(size));
   try {
      large_.emplace(static_cast<Address>(p), size);
      return p;
   } catch (...) {
      platform::unmap_secret_pages(p, whole_pages(size));
      throw;
   }
}

bool Arena::release_small(void *p, std::size_t size) {
   auto region = regions_.upper_bound(static_cast<Address>(p));
   if (region == regions_.begin()) return false;
   --region;
   // In integers, since `p` may be foreign and lie behind the region.
   const std::size_t offset =
         reinterpret_cast<std::uintptr_t>(p) - reinterpret_cast<std::uintptr_t>(region->first);
   if (!region->second.is_taken(offset, size)) return false;
   platform::wipe(p, size);
   region->second.give_back(offset);
   return true;
}

bool Arena::release_large(void *p, std::size_t size) {
   const auto found = large_.find(static_cast<Address>(p));
   if (found == large_.end() || found->second != size) return false;
   platform::wipe(p, size);
   platform::unmap_secret_pages(p, whole_pages(size));
   large_.erase(found);
   return true;
}

} // namespace keyseat
