// SPDX-License-Identifier: Apache-2.0

#include "json_values.h"

#include <algorithm>

namespace tpm2 {

using keyseat::sdk::Bytes;

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

} // namespace

std::optional<Bytes> hex_decode(std::string_view text) {
   if (text.size() % 2 != 0) return std::nullopt;
   Bytes bytes;
   bytes.reserve(text.size() / 2);
   for (std::size_t i = 0; i < text.size(); i += 2) {
      const std::size_t high = kDigits.find(text[i]);
      const std::size_t low = kDigits.find(text[i + 1]);
      if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
      bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
   }
   return bytes;
}

std::optional<std::int64_t> integer_of(keyseat::sdk::jose::JsonValue value) {
   if (!value.is(keyseat::sdk::jose::JsonKind::number)) return std::nullopt;
   const std::string_view raw = value.raw();
   const bool is_integer = raw.size() <= 18 && std::all_of(raw.begin(), raw.end(), [](char c) {
                              return c >= '0' && c <= '9';
                           });
   if (!is_integer) return std::nullopt;
   return std::stoll(std::string(raw));
}

} // namespace tpm2
