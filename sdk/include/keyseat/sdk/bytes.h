// SPDX-License-Identifier: Apache-2.0
//
// Views of bytes and public byte strings. C++17 has no std::span; BytesView converts from every
// contiguous container of bytes, std::span included, and converts to keyseat_bytes.

#ifndef KEYSEAT_SDK_BYTES_H
#define KEYSEAT_SDK_BYTES_H

#include <keyseat/plugin/values.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace keyseat::sdk {

// Public bytes. Secret ones live in SecretBytes (secret.h) only.
using Bytes = std::vector<std::uint8_t>;

// A borrowed, read-only view of bytes. Copying copies the view.
class BytesView {
 public:
   using value_type = const std::uint8_t;

   constexpr BytesView() = default;
   constexpr BytesView(const std::uint8_t *data, std::size_t size) : data_(data), size_(size) {}
   explicit constexpr BytesView(const keyseat_bytes &bytes)
         : data_(bytes.data), size_(bytes.size) {}

   template <class Container,
             class = std::enable_if_t<
                   !std::is_same_v<std::decay_t<Container>, BytesView> &&
                   std::is_convertible_v<decltype(std::declval<const Container &>().data()),
                                         const std::uint8_t *>>>
   constexpr BytesView(const Container &container) // implicit: a view of any bytes
         : data_(container.data()), size_(container.size()) {}

   constexpr const std::uint8_t *data() const { return data_; }
   constexpr std::size_t size() const { return size_; }
   constexpr bool empty() const { return size_ == 0; }
   constexpr const std::uint8_t *begin() const { return data_; }
   constexpr const std::uint8_t *end() const { return data_ + size_; }
   constexpr std::uint8_t operator[](std::size_t index) const { return data_[index]; }

   // The part from `offset` of at most `size` bytes; `offset` lies within the view.
   constexpr BytesView sub(std::size_t offset, std::size_t size = SIZE_MAX) const {
      return {data_ + offset, size < size_ - offset ? size : size_ - offset};
   }

   keyseat_bytes c() const { return {data_, size_}; }

 private:
   const std::uint8_t *data_ = nullptr;
   std::size_t size_ = 0;
};

// The bytes of a text.
inline BytesView as_bytes(std::string_view text) {
   return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

// Bytes as text; whether they are UTF-8 is the caller's to know.
inline std::string_view as_text(BytesView bytes) {
   return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

} // namespace keyseat::sdk

#endif
