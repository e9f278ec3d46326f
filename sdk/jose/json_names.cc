// SPDX-License-Identifier: Apache-2.0
#include "json_names.h"

#include "json_text.h"

#include <keyseat/sdk/jose/primitives.h>

namespace keyseat::sdk::jose {
namespace {

constexpr std::size_t kFirstSlots = 32;

constexpr std::uint64_t rotated(std::uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

// SipHash-2-4 (Aumasson and Bernstein, 2012), fed byte by byte.
class SipHash {
 public:
   explicit SipHash(const std::array<std::uint64_t, 2> &key)
         : a_(key[0] ^ 0x736f6d6570736575),
           b_(key[1] ^ 0x646f72616e646f6d),
           c_(key[0] ^ 0x6c7967656e657261),
           d_(key[1] ^ 0x7465646279746573) {}

   void update(std::uint8_t byte) {
      word_ |= static_cast<std::uint64_t>(byte) << (size_ % 8 * 8);
      if (++size_ % 8 == 0) compress();
   }

   std::uint64_t finish() {
      word_ |= size_ << 56;
      compress();
      c_ ^= 0xff;
      for (int i = 0; i < 4; ++i)
         round();
      return a_ ^ b_ ^ c_ ^ d_;
   }

 private:
   void compress() {
      d_ ^= word_;
      round();
      round();
      a_ ^= word_;
      word_ = 0;
   }

   void round() {
      a_ += b_;
      b_ = rotated(b_, 13) ^ a_;
      a_ = rotated(a_, 32);
      c_ += d_;
      d_ = rotated(d_, 16) ^ c_;
      a_ += d_;
      d_ = rotated(d_, 21) ^ a_;
      c_ += b_;
      b_ = rotated(b_, 17) ^ c_;
      c_ = rotated(c_, 32);
   }

   std::uint64_t a_, b_, c_, d_;
   std::uint64_t word_ = 0;
   std::uint64_t size_ = 0;
};

std::uint64_t hash_of(const std::array<std::uint64_t, 2> &key, std::uint32_t object,
                      std::string_view inner) {
   SipHash hash(key);
   for (int shift = 0; shift < 32; shift += 8)
      hash.update(static_cast<std::uint8_t>(object >> shift & 255));
   JsonUnescaper characters(inner);
   for (char c = 0; characters.next(c);)
      hash.update(static_cast<std::uint8_t>(c));
   return hash.finish();
}

// Drawn once: nobody outside of the process learns it, and a reader of small texts does not wait for it.
const std::array<std::uint64_t, 2> &process_key() {
   static const std::array<std::uint64_t, 2> key = [] {
      std::array<std::uint64_t, 2> drawn{};
      random_bytes(reinterpret_cast<std::uint8_t *>(drawn.data()), sizeof(drawn));
      return drawn;
   }();
   return key;
}

} // namespace

bool JsonNames::insert(std::uint32_t object, std::string_view inner) {
   if (2 * used_ >= slots_.size()) grow();
   const std::uint64_t hash = hash_of(key_, object, inner);
   Entry *entry = slot(hash, object, inner);
   if (entry->inner.data() != nullptr) return false;
   *entry = {hash, object, inner};
   ++used_;
   return true;
}

void JsonNames::grow() {
   if (slots_.empty()) key_ = process_key();
   std::vector<Entry> old(slots_.empty() ? kFirstSlots : 2 * slots_.size());
   old.swap(slots_);
   for (const Entry &entry : old) {
      if (entry.inner.data() != nullptr) *slot(entry.hash, entry.object, entry.inner) = entry;
   }
}

// The entry of that name, or the free slot where it belongs.
JsonNames::Entry *JsonNames::slot(std::uint64_t hash, std::uint32_t object,
                                  std::string_view inner) {
   const std::size_t mask = slots_.size() - 1;
   for (auto i = static_cast<std::size_t>(hash) & mask;; i = (i + 1) & mask) {
      Entry &entry = slots_[i];
      if (entry.inner.data() == nullptr) return &entry;
      if (entry.hash == hash && entry.object == object && json_strings_equal(entry.inner, inner))
         return &entry;
   }
}

} // namespace keyseat::sdk::jose
