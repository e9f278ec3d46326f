// SPDX-License-Identifier: Apache-2.0
//
// `ks_binding`: salted digests of the bound members of a definition.
//
//    { "members": { "/properties/type": base64url of 32 bytes, ... },
//      "salt":    base64url of 16 random bytes,
//      "scope":   "target" }
//
// One digest for each member, so that an error names the one that differs; salted, so that a secret
// that discovery missed cannot be guessed from it.

#ifndef KEYSEAT_DRIVER_BINDING_DIGEST_H
#define KEYSEAT_DRIVER_BINDING_DIGEST_H

#include "linked_service/binding.h"

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// The binding of a definition as left, as a JSON object. `beside`: of the secrets that were taken out.
std::string make_binding(const Definition &definition, BindingScope scope,
                         const SecretsBeside &beside = {});

// What a credential is bound to.
struct ParsedBinding {
   BindingScope scope = BindingScope::target;
   Bytes salt;
   std::vector<std::pair<std::string, std::string>> members; // pointer, digest
};

// Untrusted input. Throws Error(credential_refused).
ParsedBinding parse_binding(std::string_view json);

// The pointers of bound members as the definition spells them; of those that are gone the last
// name is in lower case, as it was bound. Linear in the definition and the pointers.
std::vector<std::string> own_spelling(const std::vector<std::string> &bound_pointers,
                                      const Definition &definition);

// The pointers of the members of `definition` that are not as they were bound: changed, added or
// missing; in the definition's own spelling, sorted. Empty when it is the same definition. `beside`: of
// the secrets that are known to be in the credential; those in the binding are added to them.
std::vector<std::string> differing_members(const ParsedBinding &binding,
                                           const Definition &definition, SecretsBeside beside = {});

} // namespace keyseat

#endif
