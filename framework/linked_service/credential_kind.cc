// SPDX-License-Identifier: Apache-2.0

#include "linked_service/credential_kind.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>

namespace keyseat {

namespace {

using sdk::jose::JsonKind;
using sdk::jose::JsonValue;

CredentialKind classify_object(JsonValue object) {
   const auto holds = [&](std::string_view name, JsonKind kind) {
      return object.find(name).is(kind);
   };
   if (holds("protected", JsonKind::string) && holds("recipients", JsonKind::array) &&
       holds("iv", JsonKind::string) && holds("ciphertext", JsonKind::string) &&
       holds("tag", JsonKind::string)) {
      return CredentialKind::keyseat;
   }
   if (holds("CredentialId", JsonKind::string)) {
      if (object.find("ProtectionMode").exists()) return CredentialKind::vendor_cloud;
      if (object.find("ClassType").exists() || object.find("Version").exists()) {
         return CredentialKind::vendor_node;
      }
   }
   return CredentialKind::damaged;
}

} // namespace

CredentialKind classify_credential(std::string_view text) {
   const auto bytes = sdk::jose::base64_decode(text); // ciphertext or a reference: public
   if (!bytes) return CredentialKind::damaged;
   std::string_view json = sdk::as_text(*bytes);
   constexpr std::string_view kMark = "\xef\xbb\xbf"; // the vendor's tool may write one
   if (json.starts_with(kMark)) json.remove_prefix(kMark.size());
   try {
      const sdk::jose::JsonTree tree(json);
      return classify_object(tree.root());
   } catch (const sdk::jose::JsonError &) {
      return CredentialKind::damaged;
   }
}

} // namespace keyseat
