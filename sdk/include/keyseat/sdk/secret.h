// SPDX-License-Identifier: Apache-2.0
//
// SecretBytes: the one type that holds secrets, and SecretMemory: where their bytes lie.

#ifndef KEYSEAT_SDK_SECRET_H
#define KEYSEAT_SDK_SECRET_H

#include <keyseat/plugin/service_secret_memory.h>
#include <keyseat/sdk/bytes.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <string_view>
#include <utility>

namespace keyseat::sdk {

// A source of secret memory: the host's service of that name. A small value, to be passed by value;
// it lives as long as the host. There is no default one: a library of a plugin has no state of the
// process (R-PRC-7). Thread-safe.
class SecretMemory {
 public:
   SecretMemory(const keyseat_host *host, const keyseat_service_secret_memory *service)
         : host_(host), service_(service) {}

   // Zeroed bytes, aligned to 16. Throws std::bad_alloc when the budget is spent.
   std::uint8_t *allocate(std::size_t size) const {
      void *p = service_->allocate(host_, size);
      if (p == nullptr) throw std::bad_alloc();
      return static_cast<std::uint8_t *>(p);
   }

   // Wipes and frees what allocate() returned for the same size.
   void release(std::uint8_t *p, std::size_t size) const noexcept {
      service_->release(host_, p, size);
   }

 private:
   const keyseat_host *host_;
   const keyseat_service_secret_memory *service_;
};

// Bytes that nobody else may see: locked into RAM and left out of core dumps as far as its
// SecretMemory promises, wiped when they are dropped, replaced or moved to a larger place. Move-only;
// duplicate() copies on purpose. It has no operator<< and no comparison: constant_time_equal() (jose/
// primitives) compares in constant time. It converts to BytesView, for code that reads and does not
// keep. Not thread-safe, like any container.
class SecretBytes {
 public:
   // Empty, in `memory`.
   explicit SecretBytes(SecretMemory memory) : memory_(memory) {}

   // `size` zero bytes in `memory`. Throws std::bad_alloc.
   SecretBytes(SecretMemory memory, std::size_t size) : memory_(memory) { resize(size); }

   // A copy of `bytes` in `memory`. Throws std::bad_alloc.
   SecretBytes(SecretMemory memory, BytesView bytes) : memory_(memory) { append(bytes); }

   SecretBytes(SecretBytes &&other) noexcept
         : memory_(other.memory_),
           data_(std::exchange(other.data_, nullptr)),
           size_(std::exchange(other.size_, 0)),
           capacity_(std::exchange(other.capacity_, 0)) {}

   SecretBytes &operator=(SecretBytes &&other) noexcept {
      if (this != &other) {
         free();
         memory_ = other.memory_;
         data_ = std::exchange(other.data_, nullptr);
         size_ = std::exchange(other.size_, 0);
         capacity_ = std::exchange(other.capacity_, 0);
      }
      return *this;
   }

   SecretBytes(const SecretBytes &) = delete;
   SecretBytes &operator=(const SecretBytes &) = delete;
   ~SecretBytes() { free(); }

   std::uint8_t *data() { return data_; }
   const std::uint8_t *data() const { return data_; }
   std::size_t size() const { return size_; }
   bool empty() const { return size_ == 0; }
   BytesView view() const { return {data_, size_}; }

   // The bytes as text, borrowed. The one way to look at a secret as characters.
   std::string_view reveal_text() const { return as_text(view()); }

   // A second copy, in the same memory. Throws std::bad_alloc.
   SecretBytes duplicate() const { return SecretBytes(memory_, view()); }

   // Makes room for `capacity` bytes, so that growth up to there does not move them. Throws
   // std::bad_alloc.
   void reserve(std::size_t capacity) {
      if (capacity <= capacity_) return;
      if (capacity > PTRDIFF_MAX) throw std::bad_alloc();
      std::uint8_t *larger = memory_.allocate(capacity);
      if (size_ > 0 && size_ < capacity) std::memcpy(larger, data_, size_);
      if (data_ != nullptr) memory_.release(data_, capacity_);
      data_ = larger;
      capacity_ = capacity;
   }

   // Makes the value `size` bytes long; what is added is zero, what is cut off is wiped.
   void resize(std::size_t size) {
      if (size > capacity_) reserve(size < 2 * capacity_ ? 2 * capacity_ : size);
      volatile std::uint8_t *bytes = data_; // a store to volatile is not optimised away
      for (std::size_t i = size; i < size_; ++i)
         bytes[i] = 0;
      size_ = size;
   }

   // `bytes` may be a part of this value itself.
   void append(BytesView bytes) {
      if (bytes.empty()) return;
      if (bytes.size() > PTRDIFF_MAX - size_) throw std::bad_alloc();
      const std::size_t before = size_;
      const bool own = before != 0 && !std::less<>()(bytes.data(), data_) &&
                       std::less<>()(bytes.data(), data_ + size_);
      const std::size_t offset = own ? static_cast<std::size_t>(bytes.data() - data_) : 0;
      resize(before + bytes.size()); // which may move the value
      const std::uint8_t *from = own ? data_ + offset : bytes.data();
      // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): resize() has made room
      std::memcpy(data_ + before, from, bytes.size());
   }

   void append(std::string_view text) { append(as_bytes(text)); }

   SecretMemory memory() const { return memory_; }

 private:
   void free() noexcept {
      if (data_ != nullptr) memory_.release(data_, capacity_);
      data_ = nullptr;
      size_ = capacity_ = 0;
   }

   SecretMemory memory_;
   std::uint8_t *data_ = nullptr;
   std::size_t size_ = 0;
   std::size_t capacity_ = 0;
};

} // namespace keyseat::sdk

#endif
