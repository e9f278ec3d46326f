// SPDX-License-Identifier: Apache-2.0

#include "blob.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace dpapi {

namespace {

constexpr Guid kSystemProvider{0xd0, 0x8c, 0x9d, 0xdf, 0x01, 0x15, 0xd1, 0x11,
                               0x8c, 0x7a, 0x00, 0xc0, 0x4f, 0xc2, 0x97, 0xeb};
constexpr Guid kWineProvider{'W', 'i', 'n', 'e', ' ', 'C', 'r', 'y',
                             'p', 't', '3', '2', ' ', 'o', 'k', '\0'};

// Takes fields off the front. A field that is not there ends the reading: everything after it reads
// as zero, and has_failed() says so.
class FieldReader {
 public:
   explicit FieldReader(BytesView bytes) : rest_(bytes) {}

   std::uint32_t number() {
      const BytesView field = bytes(4);
      std::uint32_t value = 0;
      for (std::size_t i = field.size(); i-- > 0;)
         value = value << 8 | field[i];
      return value;
   }

   Guid guid() {
      const BytesView field = bytes(Guid().size());
      Guid value{};
      std::copy(field.begin(), field.end(), value.begin());
      return value;
   }

   BytesView counted() { return bytes(number()); }

   bool has_failed() const { return has_failed_; }
   bool is_at_end() const { return rest_.empty(); }

 private:
   BytesView bytes(std::size_t size) {
      if (has_failed_ || size > rest_.size()) {
         has_failed_ = true;
         return {};
      }
      const BytesView field = rest_.sub(0, size);
      rest_ = rest_.sub(size);
      return field;
   }

   BytesView rest_;
   bool has_failed_ = false;
};

void append_utf8(std::string &out, std::uint32_t code_point) {
   const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
   if (code_point < 0x80) {
      put(code_point);
   } else if (code_point < 0x800) {
      put(0xc0 | code_point >> 6);
      put(0x80 | (code_point & 0x3f));
   } else if (code_point < 0x10000) {
      put(0xe0 | code_point >> 12);
      put(0x80 | (code_point >> 6 & 0x3f));
      put(0x80 | (code_point & 0x3f));
   } else {
      put(0xf0 | code_point >> 18);
      put(0x80 | (code_point >> 12 & 0x3f));
      put(0x80 | (code_point >> 6 & 0x3f));
      put(0x80 | (code_point & 0x3f));
   }
}

// Up to the first NUL.
std::string utf8_of_utf16(BytesView bytes) {
   constexpr std::uint32_t kReplacement = 0xfffd;
   const auto unit = [&](std::size_t i) {
      return static_cast<std::uint32_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
   };
   const std::size_t size = bytes.size() / 2;
   std::string text;
   for (std::size_t i = 0; i < size && unit(i) != 0; ++i) {
      std::uint32_t code_point = unit(i);
      if (code_point >= 0xd800 && code_point < 0xe000) {
         const bool is_pair =
               code_point < 0xdc00 && i + 1 < size && unit(i + 1) >= 0xdc00 && unit(i + 1) < 0xe000;
         code_point = is_pair ? 0x10000 + ((code_point - 0xd800) << 10) + (unit(++i) - 0xdc00)
                              : kReplacement;
      }
      append_utf8(text, code_point);
   }
   return text;
}

struct AlgorithmName {
   std::uint32_t alg_id;
   std::string_view name;
};

constexpr AlgorithmName kAlgorithmNames[] = {
      {0x6601, "DES"},     {0x6603, "3DES"},    {0x6609, "3DES-112"}, {0x660e, "AES-128"},
      {0x660f, "AES-192"}, {0x6610, "AES-256"}, {0x6801, "RC4"},      {0x8003, "MD5"},
      {0x8004, "SHA-1"},   {0x8009, "HMAC"},    {0x800c, "SHA-256"},  {0x800d, "SHA-384"},
      {0x800e, "SHA-512"},
};

} // namespace

std::optional<Blob> read_blob(BytesView bytes) {
   FieldReader reader(bytes);
   Blob blob{};
   blob.version = reader.number();
   blob.provider = reader.guid();
   blob.master_key_version = reader.number();
   blob.master_key = reader.guid();
   blob.flags = reader.number();
   const BytesView description = reader.counted();
   blob.cipher = reader.number();
   blob.cipher_bits = reader.number();
   blob.salt_size = reader.counted().size();
   blob.strong_size = reader.counted().size();
   blob.hash = reader.number();
   blob.hash_bits = reader.number();
   blob.hmac_key_size = reader.counted().size();
   blob.data_size = reader.counted().size();
   blob.signature_size = reader.counted().size();
   if (reader.has_failed() || !reader.is_at_end()) return std::nullopt;
   if (blob.version != 1 || description.size() % 2 != 0) return std::nullopt;
   blob.description = utf8_of_utf16(description);
   return blob;
}

std::string guid_text(const Guid &guid) {
   // The first three parts are numbers, and so in reverse (RFC 4122 has all of it the other way).
   constexpr std::array<std::size_t, 16> kOrder{3, 2, 1,  0,  5,  4,  7,  6,
                                                8, 9, 10, 11, 12, 13, 14, 15};
   constexpr char kDigits[] = "0123456789abcdef";
   std::string text;
   for (std::size_t i = 0; i < kOrder.size(); ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
      const std::uint8_t byte = guid[kOrder[i]];
      text += kDigits[byte >> 4];
      text += kDigits[byte & 0xf];
   }
   return text;
}

std::string provider_name(const Guid &guid) {
   if (guid == kSystemProvider) return "the system's provider";
   if (guid == kWineProvider) return "Wine's imitation";
   return "an unknown provider";
}

std::string algorithm_name(std::uint32_t alg_id) {
   for (const AlgorithmName &known : kAlgorithmNames) {
      if (known.alg_id == alg_id) return std::string(known.name);
   }
   std::array<char, 24> text{};
   static_cast<void>(std::snprintf(text.data(), text.size(), "ALG_ID 0x%x", alg_id));
   return text.data();
}

} // namespace dpapi
