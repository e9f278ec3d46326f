// SPDX-License-Identifier: Apache-2.0
//
// Payload: what a credential encrypts. JSON, UTF-8, padded:
//
//    { "v": 1,
//      "secrets": [ { "pointer": "/properties/typeProperties/password",   from the definition's object
//                     "raw":     ", \"password\": ...",                   the text taken out, as written
//                     "at":      117,     where it belongs: offset into the definition as left, bytes
//                     "left":    0,       bytes that stand there instead
//                     "how":     "nothing" | "rest" | "mask",             Remains
//                     "parts":   [ { "at": 9, "text": "Password=..." } ]  for "rest": what was cut, and
//                   } ],                                                where it belongs in the rest
//      "left": base64url of SHA-256 of the definition's text as left,
//      "pad": "      " }                                       to a multiple of kPayloadBlock bytes

#ifndef KEYSEAT_LINKED_SERVICE_PAYLOAD_H
#define KEYSEAT_LINKED_SERVICE_PAYLOAD_H

#include "linked_service/discovery.h"

#include <keyseat/secret.h>

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

inline constexpr std::size_t kPayloadBlock = 64; // bytes

// A part that was cut out of a string. Text and offset are those of the decoded string.
struct CutPart {
   std::size_t at = 0; // offset into what is left of the string, bytes
   SecretBytes text;
};

// One secret as it was taken out.
struct TakenSecret {
   std::string pointer;
   Remains remains = Remains::nothing;
   std::size_t at = 0;
   std::size_t left = 0;
   SecretBytes raw;
   std::vector<CutPart> parts; // for `rest`
};

struct Payload {
   std::vector<TakenSecret> secrets;
   std::string left_digest; // of the definition's text as left
};

// Writes a payload, padded, in document memory. The whole is padded, so that neither the length of a
// secret nor the number of digits of an offset shows.
SecretBytes write_payload(const Payload &payload);

// Reads one. Untrusted: whoever can encrypt to the node can make it. Throws
// Error(credential_refused) for anything that write_payload() does not write.
Payload read_payload(std::string_view json);

// A payload made by others, for import (docs/import.md): the secrets by pointer and JSON value,
//    { "secrets": [ { "pointer": "/properties/typeProperties/password", "value": "..." } ] }
struct ImportedSecret {
   std::string pointer;
   SecretBytes value; // JSON text
};
std::vector<ImportedSecret> read_import_payload(std::string_view json);

} // namespace keyseat

#endif
