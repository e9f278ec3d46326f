// SPDX-License-Identifier: Apache-2.0
//
// Taking secrets out of a definition's text, and putting them back.

#ifndef KEYSEAT_LINKED_SERVICE_TAKE_OUT_H
#define KEYSEAT_LINKED_SERVICE_TAKE_OUT_H

#include "linked_service/payload.h"

#include <keyseat/secret.h>

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

struct TakenOut {
   SecretBytes text; // the document without the secrets, without a credential; UTF-8
   Payload payload;
};

// Takes `secrets` (of discover_secrets) out of the definition. `digest` is SHA-256 in base64url
// (this room knows no cryptography).
TakenOut take_out(const Document &document, const Definition &definition,
                  const std::vector<Secret> &secrets, std::string (*digest)(BytesView content));

// The text alone that take_out() leaves of a definition without credential, for the same secrets. Throws
// Error(internal) where they overlap.
SecretBytes text_without(const Document &document, const std::vector<Secret> &secrets);

// `left` (a document without secrets) with `credential` (base64 text) as the last member of
// typeProperties, formatted like its neighbours.
SecretBytes insert_credential(const Document &left, const Definition &definition,
                              std::string_view credential);

// The exact reverse: the document's text without its encryptedCredential.
SecretBytes remove_credential(const Document &document, const Definition &definition);

// A document whose secrets were put back, and the definition in it.
struct Restored {
   Document document;
   Definition definition;
};

// Puts the secrets back into `left` (a document without its credential). Byte for byte the original
// when the definition's text is the one that was left; otherwise the same JSON values at the same
// pointers. Throws Error(credential_refused) with pointer where a secret has no place any more, would
// overlap another, or would replace what is neither absent nor what was left there; without one where
// the result is no definition.
Restored put_back(const Document &left, const Definition &definition, const Payload &payload,
                  std::string (*digest)(BytesView content));

} // namespace keyseat

#endif
