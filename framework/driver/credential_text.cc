// SPDX-License-Identifier: Apache-2.0

#include "driver/credential_text.h"

#include "jose/foreign_jwe.h"
#include "linked_service/credential_kind.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>

#include <fmt/format.h>

namespace keyseat {

namespace {

Error refused(const LoadedDefinition &loaded, std::string_view why) {
   return Error(ErrorCode::credential_refused,
                fmt::format("the credential of {} {}", loaded.called(), why))
         .at(loaded.document.place(loaded.definition.credential));
}

Error damaged(const LoadedDefinition &loaded) {
   return refused(loaded, "is damaged: it is no base64 of a JWE")
         .hint("take the encrypted file from its source again");
}

// A JWE that import could take: well-formed, and not one of Keyseat's that was altered.
bool is_foreign(std::string_view json) {
   try {
      ForeignJwe::parse(json);
   } catch (const Error &) {
      return false;
   }
   const sdk::jose::JsonTree tree(json);
   const auto header = sdk::jose::base64url_decode(tree.root().find("protected").public_text());
   return header && as_text(*header).find("\"ks_") == std::string_view::npos;
}

} // namespace

std::string write_credential(const Jwe &jwe) {
   return sdk::jose::base64_encode(as_bytes(jwe.to_json()));
}

Jwe read_credential(const LoadedDefinition &loaded) {
   const JsonValue value = loaded.definition.credential;
   if (!value.is(JsonKind::string)) throw refused(loaded, "is no string");
   const std::string text = value.public_text();
   const auto json = sdk::jose::base64_decode(text);
   if (!json) throw damaged(loaded);
   try {
      return Jwe::parse(as_text(*json));
   } catch (const Error &error) {
      switch (classify_credential(text)) {
         case CredentialKind::keyseat:
            break;
         case CredentialKind::vendor_node:
         case CredentialKind::vendor_cloud:
            throw refused(loaded,
                          "is a reference into the vendor's own store, where its secret lies")
                  .hint("encrypt the original definition, with its secrets in clear");
         case CredentialKind::damaged:
            throw damaged(loaded);
      }
      if (is_foreign(as_text(*json))) {
         throw refused(loaded, "is a JWE that another program made")
               .hint("`keyseat import` takes it");
      }
      throw refused(loaded, fmt::format("is refused: {}", error.message()))
            .hint(error.hint().empty() ? "take the encrypted file from its source again"
                                       : error.hint());
   }
}

} // namespace keyseat
