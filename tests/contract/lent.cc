// SPDX-License-Identifier: Apache-2.0

#include "contract/lent.h"

#include <cstring>
#include <new>

namespace contract {

namespace {

constexpr std::size_t kReserved = 256 * 1024;

std::size_t up_to(std::size_t size, std::size_t unit) { return (size + unit - 1) / unit * unit; }

} // namespace

Lent::Lent() : begin_(static_cast<std::uint8_t *>(reserve_pages(kReserved))) {}

void *Lent::allocate(std::size_t size, std::size_t alignment) {
   const std::size_t whole = up_to(size, kPageSize);
   const std::lock_guard lock(mutex_);
   const std::size_t with_guard = whole + kPageSize; // which stays closed
   if (with_guard > kReserved - used_) throw std::bad_alloc();
   std::uint8_t *pages = begin_ + used_;
   used_ += with_guard;
   if (whole > 0) open_pages(pages, whole);
   return pages + whole - up_to(size, alignment);
}

const keyseat_text *Lent::text(std::string_view text) {
   auto *copy = array<char>(text.size() + 1);
   if (!text.empty()) std::memcpy(copy, text.data(), text.size());
   auto *view = array<keyseat_text>(1);
   *view = {copy, text.size()};
   return view;
}

const keyseat_bytes *Lent::bytes(const std::vector<std::uint8_t> &bytes) {
   auto *copy = array<std::uint8_t>(bytes.size());
   if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
   auto *view = array<keyseat_bytes>(1);
   *view = {copy, bytes.size()};
   return view;
}

void Lent::take_back() {
   if (begin_ == nullptr) return;
   revoke_pages(begin_, kReserved);
   begin_ = nullptr;
   used_ = kReserved;
}

} // namespace contract
