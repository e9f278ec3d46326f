// SPDX-License-Identifier: Apache-2.0

#include "linked_service/discovery_rules.h"
#include "linked_service/secret_name.h"

namespace keyseat {

bool apply_secure_string_rule(const Candidate &candidate, Discovery &found) {
   if (candidate.shape == ValueShape::secure_string) {
      found.secrets.push_back(whole_secret(candidate, SecretKind::secure_string, Remains::mask,
                                           "an object of type SecureString"));
      found.secrets.back().is_expected = candidate.is_by_name && is_secret_name(candidate.name);
      return true;
   }
   // A SecureString of a mask, an expression or nothing.
   if (!type_is(candidate.value, "SecureString")) return false;
   leave_alone(candidate, found);
   return true;
}

bool apply_secure_default_rule(const Candidate &candidate, Discovery &found) {
   if (leave_alone(candidate, found)) return candidate.shape != ValueShape::reference;
   found.secrets.push_back(whole_secret(candidate, SecretKind::secure_string, Remains::mask,
                                        "the default of a parameter of type SecureString"));
   return true;
}

} // namespace keyseat
