// SPDX-License-Identifier: Apache-2.0

#include "linked_service/discovery_rules.h"

namespace keyseat {

bool apply_secure_string_rule(const Candidate &candidate, Discovery &found) {
   if (candidate.shape == ValueShape::secure_string) {
      found.secrets.push_back(whole_secret(candidate, SecretKind::secure_string, Remains::mask,
                                           "an object of type SecureString"));
      return true;
   }
   // A SecureString of a mask, an expression or nothing.
   if (!type_is(candidate.value, "SecureString")) return false;
   if (candidate.shape != ValueShape::nothing) note_left_alone(candidate, found);
   return true;
}

bool apply_secure_default_rule(const Candidate &candidate, Discovery &found) {
   switch (candidate.shape) {
      case ValueShape::nothing:
         return true;
      case ValueShape::mask:
      case ValueShape::expression:
         note_left_alone(candidate, found);
         return true;
      case ValueShape::reference:
         note_left_alone(candidate, found);
         return false;
      case ValueShape::literal:
      case ValueShape::secure_string:
      case ValueShape::object:
      case ValueShape::array:
         break;
   }
   found.secrets.push_back(whole_secret(candidate, SecretKind::secure_string, Remains::mask,
                                        "the default of a parameter of type SecureString"));
   return true;
}

} // namespace keyseat
