// SPDX-License-Identifier: Apache-2.0
//
// Binding: the members of a definition that are authenticated together with its credential.

#ifndef KEYSEAT_LINKED_SERVICE_BINDING_H
#define KEYSEAT_LINKED_SERVICE_BINDING_H

#include "linked_service/definition.h"

#include <keyseat/secret.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

enum class BindingScope {
   type,   // type and integration runtime
   target, // and parameters, typeProperties as left in the file, and members of SecretsBeside
   strict, // and everything else in the definition, its name included
};
std::string_view binding_scope_name(BindingScope scope); // "type", "target", "strict"
std::optional<BindingScope> binding_scope_from_name(std::string_view name);

// One bound member.
struct BoundMember {
   std::string pointer;   // from the definition's object, names in lower case
   SecretBytes canonical; // its canonical form (json/canonical.h), names in lower case
};

// Where secrets lie beside typeProperties and parameters. A member there is bound if it holds a secret
// or held one before it was taken out: what stands with a secret says where it goes. Which ones these
// are is seen in the secrets when a credential is made, and in its binding when it is read.
class SecretsBeside {
 public:
   // From the definition's object, in any case. One into typeProperties or parameters adds nothing.
   void add(std::string_view pointer);

   bool empty() const { return pointers_.empty(); }

   // Whether the member at `pointer`, in lower case, is one of them or encloses one.
   bool are_in(const std::string &pointer) const;

 private:
   std::set<std::string> pointers_; // in lower case
};

// The bound members of a definition as left: each member of typeProperties and of parameters on its
// own, under `target` also those that `beside` is in; sorted by pointer. encryptedCredential is left
// out.
//
// So is a member whose value is the vendor's mask: taking out writes masks before the credential is
// sealed, but a service that shows or exports a definition writes them afterwards, too. What this
// leaves open: a member whose value is exactly a mask can be added, or removed, unseen. It carries
// nothing but its name. Everything else differs: a mask in the place of a bound value, since that
// member is gone; a mask object with further members, since it is none (value_shape.h); an element of
// an array that is a mask, since it keeps its place (CanonicalOptions::leave_out).
//
// `type` and the runtime's name enter in lower case. Two definitions that differ in white space,
// order of members or case of names only have the same bound members.
std::vector<BoundMember> bound_members(const Definition &definition, BindingScope scope,
                                       const SecretsBeside &beside = {});

// An ARM expression ("[parameters('x')]") inside a bound member: it resolves at deployment, and the
// node would see a difference. The pointer of the first one; none where there is none.
std::optional<std::string> find_arm_expression(const Definition &definition, BindingScope scope,
                                               const SecretsBeside &beside = {});

} // namespace keyseat

#endif
