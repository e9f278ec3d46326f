// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <cstdint>

#include "host/test_host.h"

namespace keyseat::test {

bool is_secret_memory(const void *p) {
   MEMORY_BASIC_INFORMATION here{};
   MEMORY_BASIC_INFORMATION before{};
   if (::VirtualQuery(p, &here, sizeof here) == 0 || here.State != MEM_COMMIT) return false;
   const auto *guard = static_cast<const std::uint8_t *>(here.BaseAddress) - 1;
   return ::VirtualQuery(guard, &before, sizeof before) != 0 && before.State == MEM_RESERVE &&
          before.AllocationBase == here.AllocationBase;
}

} // namespace keyseat::test
