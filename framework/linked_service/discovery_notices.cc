// SPDX-License-Identifier: Apache-2.0

#include "linked_service/credential_kind.h"
#include "linked_service/destination_name.h"
#include "linked_service/discovery_rules.h"
#include "linked_service/expression.h"
#include "linked_service/sas_uri.h"
#include "linked_service/secret_name.h"

#include "base/text.h"

#include <fmt/format.h>

namespace keyseat {

namespace {

void note(Notice::Kind kind, const Candidate &candidate, std::string text, Discovery &found) {
   found.notices.push_back({kind, candidate.value, candidate.pointer, std::move(text)});
}

// An expression may spell a secret out: "@concat('Server=x;Password=', 'y')", "@string('y')".
bool spells_secret(const Candidate &candidate) {
   const JsonValue string = string_of(candidate);
   if (!string.exists()) return false;
   const SecretBytes text = string.secret_text(document_memory());
   return names_its_secret(text.reveal_text()) || has_string_literal(text.reveal_text());
}

} // namespace

bool leave_alone(const Candidate &candidate, Discovery &found) {
   switch (candidate.shape) {
      case ValueShape::nothing:
         return true;
      case ValueShape::mask:
         note(Notice::Kind::left_alone, candidate,
              "the vendor's mask: the secret is not in this file", found);
         return true;
      case ValueShape::reference:
         note(Notice::Kind::left_alone, candidate, "a reference: the secret is kept elsewhere",
              found);
         return true;
      case ValueShape::expression:
         if (spells_secret(candidate)) {
            note_spelled(candidate, found);
         } else {
            note(Notice::Kind::left_alone, candidate,
                 "an expression: its value is not in this file", found);
         }
         return true;
      case ValueShape::literal:
      case ValueShape::secure_string:
      case ValueShape::object:
      case ValueShape::array:
         return false;
   }
   return false;
}

void note_redirectable(const Candidate &candidate, Discovery &found) {
   note(Notice::Kind::redirectable, candidate,
        "the destination is an expression: whoever sets its parameters can send the secrets "
        "elsewhere",
        found);
}

void note_spelled(const Candidate &candidate, Discovery &found) {
   note(Notice::Kind::may_be_secret, candidate,
        "it stays in clear: an expression that seems to spell a secret out", found);
}

void note_unclaimed(const Candidate &candidate, Discovery &found) {
   if (!candidate.value.is(JsonKind::string)) return;
   const SecretBytes decoded = candidate.value.secret_text(document_memory());
   const std::string_view text = decoded.reveal_text();
   if (has_interpolation(text) || candidate.shape == ValueShape::expression) {
      if (is_destination_name(candidate.name)) note_redirectable(candidate, found);
   }
   if (candidate.shape == ValueShape::expression && is_secret_name(candidate.name) &&
       spells_secret(candidate)) {
      note_spelled(candidate, found);
   }
   if (candidate.shape != ValueShape::literal) return;
   if (is_secret_name(candidate.name)) {
      note(Notice::Kind::may_be_secret, candidate,
           "it stays in clear: its name says secret, the catalogue does not", found);
   } else if (names_its_secret(text) || has_signature(text)) {
      note(Notice::Kind::may_be_secret, candidate,
           "it stays in clear and seems to hold a password, key or signature", found);
   } else if (has_interpolation(text) && spells_its_secret(text)) {
      note_spelled(candidate, found);
   }
}

void note_unknown_type(const Definition &definition, Discovery &found) {
   found.notices.push_back(
         {Notice::Kind::unknown_type, definition.properties.find_no_case("type"),
          "/properties/type",
          fmt::format("type {} is not in the catalogue: secrets are found by name and look only",
                      quoted_name(definition.type))});
}

void note_credential(JsonValue credential, const std::string &pointer, Discovery &found) {
   if (shape_of(credential) == ValueShape::nothing) return;
   CredentialKind kind = CredentialKind::damaged;
   if (credential.is(JsonKind::string)) {
      kind = classify_credential(credential.secret_text(document_memory()).reveal_text());
   }
   std::string text;
   switch (kind) {
      case CredentialKind::keyseat:
         return;
      case CredentialKind::vendor_node:
         text = "a reference into the vendor's store on a node, none of Keyseat's";
         break;
      case CredentialKind::vendor_cloud:
         text = "a reference into the vendor's store in the cloud, none of Keyseat's";
         break;
      case CredentialKind::damaged:
         text = "neither Keyseat's nor the vendor's, or damaged";
         break;
   }
   found.notices.push_back({Notice::Kind::vendor_credential, credential, pointer, std::move(text)});
}

} // namespace keyseat
