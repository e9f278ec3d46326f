// SPDX-License-Identifier: Apache-2.0
//
// KeyList: collects the keys that a plugin lists (keyseat_key_visitor).

#ifndef KEYSEAT_HOST_KEY_LIST_H
#define KEYSEAT_HOST_KEY_LIST_H

#include <keyseat/plugin/ext_keys.h>

#include <string>
#include <utility>
#include <vector>

#include "host/protector.h"

namespace keyseat {

// At most kMaxKeys keys, each checked and copied. Not thread-safe.
class KeyList {
 public:
   static constexpr std::size_t kMaxKeys = 4096;

   // `self` is a KeyList. Ends the listing at the first flaw.
   static std::uint32_t KEYSEAT_CALL visit(void *self, const keyseat_key_info *info) noexcept;

   const std::string &flaw() const { return flaw_; } // how the plugin broke the contract, or empty
   std::vector<KeyInfo> take() { return std::move(keys_); }

 private:
   void add(const keyseat_key_info &info);

   std::vector<KeyInfo> keys_;
   std::string flaw_;
};

} // namespace keyseat

#endif
