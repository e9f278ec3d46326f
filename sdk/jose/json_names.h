// SPDX-License-Identifier: Apache-2.0
//
// The member names of a JSON text that have been met so far: finds a duplicate in constant time.

#ifndef KEYSEAT_SDK_JOSE_JSON_NAMES_H
#define KEYSEAT_SDK_JOSE_JSON_NAMES_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace keyseat::sdk::jose {

// A hash set of (object, decoded name). The hash is SipHash-2-4 under a random key of this set, so
// that nobody can write a text whose names collide: reading stays linear.
class JsonNames {
 public:
   // False when `object` has a member of that name already. `inner` is the name as written, between
   // its quotes; its text outlives the set.
   bool insert(std::uint32_t object, std::string_view inner);

 private:
   struct Entry {
      std::uint64_t hash = 0;
      std::uint32_t object = 0;
      std::string_view inner; // data() is null: the slot is free
   };

   void grow();
   Entry *slot(std::uint64_t hash, std::uint32_t object, std::string_view inner);

   std::array<std::uint64_t, 2> key_{}; // drawn with the first slots
   std::vector<Entry> slots_;           // a power of two, at most half full
   std::size_t used_ = 0;
};

} // namespace keyseat::sdk::jose

#endif
