// SPDX-License-Identifier: Apache-2.0
//
// Secret discovery: which values of a definition are secrets, and why.

#ifndef KEYSEAT_LINKED_SERVICE_DISCOVERY_H
#define KEYSEAT_LINKED_SERVICE_DISCOVERY_H

#include "linked_service/connection_string.h"
#include "linked_service/definition.h"

#include <keyseat/secret.h>

#include <string>
#include <vector>

namespace keyseat {

enum class SecretKind { property, secure_string, connection_string, sas_uri };
std::string_view secret_kind_name(SecretKind kind); // "property", "secure-string", ...

// What stays in the file where a secret was.
enum class Remains {
   nothing, // the member leaves its object
   rest,    // a plain string without the secret part
   mask, // {"type":"SecureString","value":"**********"}, or "**********" where a plain string stood
};
std::string_view remains_name(Remains remains); // "nothing", "rest", "mask"

struct Secret {
   JsonValue value;     // what is taken out or changed
   std::string pointer; // from the definition's object, in the file's own spelling
   SecretKind kind = SecretKind::property;
   Remains remains = Remains::nothing;
   std::string why; // for people: "catalogue: SqlServer /password"
   bool is_expected =
         true;       // by a path of the catalogue, a name or a parameter's type; false: nothing but
                     // its own word, SecureString, says that a secret stands there
   std::string left; // JSON text that replaces the value; empty for `nothing`. Public

   // For `rest`: what is cut out of the decoded string; in order, disjoint.
   std::vector<TextSpan> cut;
};

// Something that a person should know and that is not encrypted.
struct Notice {
   enum class Kind {
      left_alone,        // a Key Vault reference, a mask, an expression: holds no secret
      may_be_secret,     // free-form text that may hold one
      unknown_type,      // the type is not in the catalogue: generic rules were used
      vendor_credential, // encryptedCredential is a reference into the vendor's stores, or damaged
      redirectable,      // a destination given by an expression: a caller can redirect it
   };
   Kind kind = Kind::left_alone;
   JsonValue value; // no value when it is about the definition as a whole
   std::string pointer;
   std::string text;
};

struct Discovery {
   std::vector<Secret> secrets; // in file order, not overlapping
   std::vector<Notice> notices;
};

// Applies the rules of docs/secret-discovery.md in their order: the catalogue's paths, SecureString
// objects anywhere, secret keywords of connection strings, SAS URIs; for unknown types names and
// values that look like secrets. Deterministic; linear in the definition.
Discovery discover_secrets(const Definition &definition);

} // namespace keyseat

#endif
