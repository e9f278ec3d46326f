// SPDX-License-Identifier: Apache-2.0

#include "base/stack_wiper.h"

#include "base/platform.h"

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
   // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the next line does it, whatever optimises
   std::array<std::uint8_t, kWiped> dead;
   platform::wipe(dead.data(), dead.size());
   for (const std::size_t size : kCopied) {
      volatile std::size_t unknown = size; // so that memmove is called and not replaced
      std::memmove(dead.data(), dead.data() + dead.size() / 2, unknown);
   }
}

} // namespace keyseat
