// SPDX-License-Identifier: Apache-2.0
#include "host/capabilities.h"

#include <keyseat/plugin/instance.h>

#include <array>
#include <string_view>

#include "host/protector.h"

namespace keyseat {
namespace {

struct CapabilityName {
   std::uint32_t bit;
   const char *name;
};

constexpr std::array kNames{
      CapabilityName{KEYSEAT_CAP_KEY_PAIR, "key-pair"},
      CapabilityName{KEYSEAT_CAP_HARDWARE, "hardware"},
      CapabilityName{KEYSEAT_CAP_EXPORTABLE, "exportable"},
      CapabilityName{KEYSEAT_CAP_MACHINE_BOUND, "machine-bound"},
      CapabilityName{KEYSEAT_CAP_USER_BOUND, "user-bound"},
      CapabilityName{KEYSEAT_CAP_NEEDS_PERSON, "needs-person"},
      CapabilityName{KEYSEAT_CAP_NETWORK, "network"},
      CapabilityName{KEYSEAT_CAP_PARALLEL, "parallel"},
};

} // namespace

std::vector<std::string> capability_names(std::uint32_t capabilities) {
   std::vector<std::string> names;
   for (const CapabilityName &known : kNames) {
      if ((capabilities & known.bit) != 0) names.emplace_back(known.name);
   }
   return names;
}

std::string_view health_name(Health health) {
   constexpr std::array<std::string_view, 5> kHealth{"unknown", "ok", "degraded", "key-missing",
                                                     "down"}; // by Health
   return kHealth[static_cast<std::size_t>(health)];
}

} // namespace keyseat
