// SPDX-License-Identifier: Apache-2.0

#include "base/stack_wiper.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace keyseat {

namespace {

constexpr std::size_t kWiped = 32768; // bytes

// Sizes for which a C library copies through different sets of registers.
constexpr std::array<std::size_t, 6> kCopied = {16, 32, 64, 128, 256, 512};

} // namespace

// Not inlined: its own frame has to lie where the dead ones were.
__attribute__((noinline)) void wipe_dead_stack() noexcept {
   std::array<std::uint64_t, kWiped / 8> dead{};
   volatile std::uint64_t *words = dead.data(); // stores to volatile are not optimised away
   for (std::size_t i = 0; i < dead.size(); ++i)
      words[i] = 0;
   for (const std::size_t size : kCopied) {
      volatile std::size_t unknown = size; // so that memmove is called and not replaced
      std::memmove(dead.data(), dead.data() + dead.size() / 2, unknown);
   }
}

} // namespace keyseat
