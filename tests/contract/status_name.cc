// SPDX-License-Identifier: Apache-2.0

#include "contract/status_name.h"

#include <algorithm>
#include <array>

namespace contract {

namespace {

struct Name {
   keyseat_status status;
   const char *name;
};

constexpr std::array<Name, 22> kNames{{
      {KEYSEAT_OK, "KEYSEAT_OK"},
      {KEYSEAT_E_UNSUPPORTED, "KEYSEAT_E_UNSUPPORTED"},
      {KEYSEAT_E_CONFIG, "KEYSEAT_E_CONFIG"},
      {KEYSEAT_E_KEY_MISSING, "KEYSEAT_E_KEY_MISSING"},
      {KEYSEAT_E_KEY_EXISTS, "KEYSEAT_E_KEY_EXISTS"},
      {KEYSEAT_E_LIMIT, "KEYSEAT_E_LIMIT"},
      {KEYSEAT_E_DENIED, "KEYSEAT_E_DENIED"},
      {KEYSEAT_E_KEY_LOST, "KEYSEAT_E_KEY_LOST"},
      {KEYSEAT_E_AUTH_REQUIRED, "KEYSEAT_E_AUTH_REQUIRED"},
      {KEYSEAT_E_AUTH_FAILED, "KEYSEAT_E_AUTH_FAILED"},
      {KEYSEAT_E_AUTH_LOCKED, "KEYSEAT_E_AUTH_LOCKED"},
      {KEYSEAT_E_DECLINED, "KEYSEAT_E_DECLINED"},
      {KEYSEAT_E_NOT_MINE, "KEYSEAT_E_NOT_MINE"},
      {KEYSEAT_E_TAMPERED, "KEYSEAT_E_TAMPERED"},
      {KEYSEAT_E_TOO_NEW, "KEYSEAT_E_TOO_NEW"},
      {KEYSEAT_E_UNAVAILABLE, "KEYSEAT_E_UNAVAILABLE"},
      {KEYSEAT_E_BUSY, "KEYSEAT_E_BUSY"},
      {KEYSEAT_E_TIMEOUT, "KEYSEAT_E_TIMEOUT"},
      {KEYSEAT_E_CANCELLED, "KEYSEAT_E_CANCELLED"},
      {KEYSEAT_E_NO_MEMORY, "KEYSEAT_E_NO_MEMORY"},
      {KEYSEAT_E_IO, "KEYSEAT_E_IO"},
      {KEYSEAT_E_INTERNAL, "KEYSEAT_E_INTERNAL"},
}};

const Name *find(keyseat_status status) {
   const auto *const found = std::find_if(kNames.begin(), kNames.end(),
                                          [&](const Name &each) { return each.status == status; });
   return found == kNames.end() ? nullptr : found;
}

} // namespace

std::string status_name(keyseat_status status) {
   const Name *name = find(status);
   return name == nullptr ? "the unknown status " + std::to_string(status) : name->name;
}

bool is_known(keyseat_status status) { return find(status) != nullptr; }

} // namespace contract
