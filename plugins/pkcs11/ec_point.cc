// SPDX-License-Identifier: Apache-2.0

#include "ec_point.h"

#include <algorithm>

namespace pkcs11 {

using keyseat::sdk::jose::KeyType;

namespace {

constexpr std::uint8_t kOctetString = 0x04;
constexpr std::uint8_t kUncompressed = 0x04;

std::size_t field_size(KeyType type) { return type == KeyType::p256 ? 32 : 48; }

} // namespace

Bytes parameters_of(KeyType type) {
   if (type == KeyType::p256) return {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
   return {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
}

std::optional<KeyType> curve_of(BytesView parameters) {
   for (const KeyType type : {KeyType::p256, KeyType::p384}) {
      const Bytes known = parameters_of(type);
      if (std::equal(parameters.begin(), parameters.end(), known.begin(), known.end())) return type;
   }
   return std::nullopt;
}

std::optional<EcPoint> read_point(KeyType type, BytesView encoded) {
   const std::size_t size = field_size(type);
   const std::size_t raw_size = 1 + 2 * size; // below 128: DER's short form
   if (encoded.size() == raw_size + 2 && encoded[0] == kOctetString && encoded[1] == raw_size) {
      encoded = encoded.sub(2);
   }
   if (encoded.size() != raw_size || encoded[0] != kUncompressed) return std::nullopt;
   const BytesView x = encoded.sub(1, size);
   const BytesView y = encoded.sub(1 + size);
   return EcPoint{{x.begin(), x.end()}, {y.begin(), y.end()}};
}

Bytes write_point(const EcPoint &point, bool in_der) {
   Bytes encoded;
   if (in_der) {
      encoded = {kOctetString, static_cast<std::uint8_t>(1 + point.x.size() + point.y.size())};
   }
   encoded.push_back(kUncompressed);
   encoded.insert(encoded.end(), point.x.begin(), point.x.end());
   encoded.insert(encoded.end(), point.y.begin(), point.y.end());
   return encoded;
}

} // namespace pkcs11
