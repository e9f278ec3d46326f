// SPDX-License-Identifier: Apache-2.0

#include "der.h"

namespace tpm2 {

namespace {

constexpr std::size_t kShortForm = 0x80;

void append_length(Bytes &out, std::size_t length) {
   if (length < kShortForm) {
      out.push_back(static_cast<std::uint8_t>(length));
      return;
   }
   Bytes digits;
   for (; length > 0; length >>= 8)
      digits.insert(digits.begin(), static_cast<std::uint8_t>(length));
   out.push_back(static_cast<std::uint8_t>(kShortForm | digits.size()));
   out.insert(out.end(), digits.begin(), digits.end());
}

} // namespace

Bytes der_element(std::uint8_t tag, BytesView content) {
   Bytes out{tag};
   append_length(out, content.size());
   out.insert(out.end(), content.begin(), content.end());
   return out;
}

Bytes der_unsigned(std::uint32_t value) {
   Bytes digits;
   do {
      digits.insert(digits.begin(), static_cast<std::uint8_t>(value));
      value >>= 8;
   } while (value > 0);
   if ((digits.front() & 0x80) != 0) digits.insert(digits.begin(), 0);
   return der_element(kDerInteger, digits);
}

std::optional<BytesView> DerReader::next(std::uint8_t tag) {
   if (rest_.size() < 2 || rest_[0] != tag) return std::nullopt;
   std::size_t header = 2;
   std::size_t length = rest_[1];
   if (length >= kShortForm) {
      const std::size_t digits = length - kShortForm;
      if (digits < 1 || digits > 2 || rest_.size() < 2 + digits) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < digits; ++i)
         length = length << 8 | rest_[2 + i];
      header += digits;
   }
   if (rest_.size() - header < length) return std::nullopt;
   const BytesView content = rest_.sub(header, length);
   rest_ = rest_.sub(header + length);
   return content;
}

std::optional<std::uint32_t> DerReader::next_unsigned() {
   const auto content = next(kDerInteger);
   if (!content || content->empty() || content->size() > 5 || ((*content)[0] & 0x80) != 0)
      return std::nullopt;
   if (content->size() == 5 && (*content)[0] != 0) return std::nullopt;
   std::uint32_t value = 0;
   for (const std::uint8_t byte : *content)
      value = value << 8 | byte;
   return value;
}

} // namespace tpm2
