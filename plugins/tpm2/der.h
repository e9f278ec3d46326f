// SPDX-License-Identifier: Apache-2.0
//
// As much of DER (ITU-T X.690) as the TSS2 PRIVATE KEY format takes.

#ifndef TPM2_DER_H
#define TPM2_DER_H

#include <keyseat/sdk/bytes.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tpm2 {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;

// Tags. A context tag is `kDerContext + n`, constructed.
inline constexpr std::uint8_t kDerBoolean = 0x01;
inline constexpr std::uint8_t kDerInteger = 0x02;
inline constexpr std::uint8_t kDerOctetString = 0x04;
inline constexpr std::uint8_t kDerObjectIdentifier = 0x06;
inline constexpr std::uint8_t kDerSequence = 0x30;
inline constexpr std::uint8_t kDerContext = 0xa0;

Bytes der_element(std::uint8_t tag, BytesView content);
Bytes der_unsigned(std::uint32_t value);

// Reads one element after the other.
class DerReader {
 public:
   explicit DerReader(BytesView bytes) : rest_(bytes) {}

   bool at_end() const { return rest_.empty(); }

   // The content of the next element; none, and nothing is consumed, when it has another tag or does
   // not fit.
   std::optional<BytesView> next(std::uint8_t tag);

   std::optional<std::uint32_t> next_unsigned(); // an INTEGER of up to 32 bits

 private:
   BytesView rest_;
};

} // namespace tpm2

#endif
