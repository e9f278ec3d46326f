// SPDX-License-Identifier: Apache-2.0

#include "contract/lent.h"

#include <cstring>
#include <new>

namespace contract {

namespace {

constexpr std::size_t kReservedBytes = 256 * 1024;

std::size_t up_to(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

} // namespace

Lent::Lent(bool on_pages)
      : begin_(on_pages ? static_cast<std::uint8_t *>(map_pages(kReservedBytes)) : nullptr) {}

std::uint8_t *Lent::allocate_on_heap(std::size_t size) {
   heap_.push_back(std::make_unique<std::uint8_t[]>(size));
   return heap_.back().get();
}

void *Lent::allocate(std::size_t size, std::size_t alignment) {
   const std::lock_guard lock(mutex_);
   if (begin_ == nullptr) return allocate_on_heap(size);
   const std::size_t at = up_to(small_, alignment);
   if (size > kPageSize - at) throw std::bad_alloc();
   small_ = at + size;
   return begin_ + at;
}

std::uint8_t *Lent::allocate_before_guard(std::size_t size) {
   const std::size_t whole = up_to(size, kPageSize);
   const std::lock_guard lock(mutex_);
   if (begin_ == nullptr) return allocate_on_heap(size);
   if (whole + kPageSize > kReservedBytes - used_) throw std::bad_alloc();
   std::uint8_t *guard = begin_ + used_ + whole;
   used_ += whole + kPageSize;
   close_pages(guard, kPageSize);
   return guard - size;
}

const keyseat_text *Lent::text(std::string_view text) {
   auto *copy = reinterpret_cast<char *>(allocate_before_guard(text.size() + 1));
   if (!text.empty()) std::memcpy(copy, text.data(), text.size());
   auto *view = array<keyseat_text>(1);
   *view = {copy, text.size()};
   return view;
}

const keyseat_bytes *Lent::bytes(const std::vector<std::uint8_t> &bytes) {
   std::uint8_t *copy = allocate_before_guard(bytes.size());
   if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
   auto *view = array<keyseat_bytes>(1);
   *view = {copy, bytes.size()};
   return view;
}

void Lent::take_back() {
   heap_.clear();
   if (begin_ != nullptr) revoke_pages(begin_, kReservedBytes);
   begin_ = nullptr;
}

} // namespace contract
