// SPDX-License-Identifier: Apache-2.0

#include "contract/secrets.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <algorithm>
#include <cctype>

namespace contract {

namespace jose = keyseat::sdk::jose;
using keyseat::sdk::as_bytes;
using keyseat::sdk::as_text;
using keyseat::sdk::BytesView;

void Secrets::plant(BytesView secret) {
   if (secret.size() < 8) return; // occurs everywhere by chance
   const std::string hex = jose::hex_encode(secret);
   std::string upper = hex;
   std::transform(upper.begin(), upper.end(), upper.begin(),
                  [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
   const std::lock_guard lock(mutex_);
   spellings_.emplace_back(as_text(secret));
   spellings_.push_back(hex);
   spellings_.push_back(upper);
   spellings_.push_back(jose::base64_encode(secret));
   spellings_.push_back(jose::base64url_encode(secret));
}

void Secrets::plant_key_file(const std::string &content) {
   try {
      const jose::JsonTree tree(content);
      for (const char *member : {"d", "k", "p", "q"}) {
         const auto value = tree.root().find(member);
         if (value.is(jose::JsonKind::string)) plant(as_bytes(value.public_text()));
      }
   } catch (const jose::JsonError &) {
      plant(as_bytes(content));
   }
}

bool Secrets::occur_in(std::string_view text) const {
   const std::lock_guard lock(mutex_);
   return std::any_of(spellings_.begin(), spellings_.end(), [&](const std::string &spelling) {
      return text.find(spelling) != std::string_view::npos;
   });
}

} // namespace contract
