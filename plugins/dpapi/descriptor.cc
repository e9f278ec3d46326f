// SPDX-License-Identifier: Apache-2.0

#include "descriptor.h"

#include <keyseat/plugin/instance.h>

#include <algorithm>

namespace dpapi {

namespace {

constexpr std::uint32_t kBound = KEYSEAT_CAP_MACHINE_BOUND | KEYSEAT_CAP_USER_BOUND;

// Takes what stands before `separator` off the front of `rest`; all of it, when there is none.
std::string_view take(std::string_view &rest, std::string_view separator) {
   const std::size_t at = rest.find(separator);
   const std::string_view taken = rest.substr(0, at);
   rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + separator.size());
   return taken;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_in_any_case(std::string_view text, std::string_view lower_case) {
   return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                     [](char a, char b) { return lower(a) == b; });
}

std::uint32_t capabilities_of_protector(std::string_view protector) {
   const std::string_view name = take(protector, "=");
   if (equal_in_any_case(name, "sid") || equal_in_any_case(name, "sddl"))
      return KEYSEAT_CAP_NETWORK;
   if (!equal_in_any_case(name, "local")) return 0;
   if (equal_in_any_case(protector, "machine")) return KEYSEAT_CAP_MACHINE_BOUND;
   return kBound; // user, and logon: a session of a user
}

// All members have to open: it is bound as soon as one of them is.
std::uint32_t capabilities_of_conjunction(std::string_view conjunction) {
   std::uint32_t result = 0;
   while (!conjunction.empty())
      result |= capabilities_of_protector(take(conjunction, " AND "));
   return result;
}

bool needs_session(std::string_view conjunction) {
   while (!conjunction.empty()) {
      std::string_view protector = take(conjunction, " AND ");
      const std::string_view name = take(protector, "=");
      if (equal_in_any_case(name, "local") && equal_in_any_case(protector, "logon")) return true;
   }
   return false;
}

} // namespace

std::uint32_t capabilities_of_descriptor(std::string_view descriptor) {
   std::uint32_t bound = kBound;
   std::uint32_t others = 0;
   while (!descriptor.empty()) {
      const std::uint32_t one = capabilities_of_conjunction(take(descriptor, " OR "));
      bound &= one;
      others |= one & ~kBound;
   }
   return bound | others;
}

bool ends_with_session(std::string_view descriptor) {
   while (!descriptor.empty()) {
      if (!needs_session(take(descriptor, " OR "))) return false;
   }
   return true;
}

} // namespace dpapi
