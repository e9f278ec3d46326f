// SPDX-License-Identifier: Apache-2.0

#include "linked_service/discovery_rules.h"
#include "linked_service/sas_uri.h"

#include "json/pointer.h"

namespace keyseat {

namespace {

SecretKind plain_or_secure(const Candidate &candidate) {
   return candidate.shape == ValueShape::secure_string ? SecretKind::secure_string
                                                       : SecretKind::property;
}

bool take_secret(const Candidate &candidate, const CataloguePath &path, Discovery &found) {
   found.secrets.push_back(whole_secret(candidate, plain_or_secure(candidate),
                                        candidate.is_element ? Remains::mask : Remains::nothing,
                                        path.why));
   return true;
}

// A string that a dialect or the SAS rule has split. What a user marked as a secret is never left in
// clear beyond that split: a SecureString without secret part is masked as a whole, as is a string
// that cannot be split.
bool take_split(const Candidate &candidate, SecretKind kind, std::optional<SplitText> split,
                std::string_view why, Discovery &found) {
   const bool is_marked = candidate.shape == ValueShape::secure_string;
   if (split && split->is_redirectable) note_redirectable(candidate, found);
   if (split && split->spells_secret && !(is_marked && split->secrets.empty()))
      note_spelled(candidate, found);
   if (split && !split->secrets.empty()) {
      found.secrets.push_back(partial_secret(candidate, kind, std::move(split->secrets), why));
   } else if (!split || is_marked) {
      Secret secret = whole_secret(candidate, kind, Remains::mask, why);
      secret.left = kMaskObject; // the service takes a SecureString in this place
      found.secrets.push_back(std::move(secret));
   }
   return true;
}

bool take_string(const Candidate &candidate, const CataloguePath &path, Discovery &found) {
   const JsonValue string = string_of(candidate);
   if (!string.exists()) return take_secret(candidate, path, found);
   const SecretBytes text = string.secret_text(document_memory());
   if (path.kind == PathKind::sas_uri) {
      return take_split(candidate, SecretKind::sas_uri, split_sas_uri(text.reveal_text()), path.why,
                        found);
   }
   return take_split(candidate, SecretKind::connection_string,
                     split_connection_string(text.reveal_text(), path.dialect), path.why, found);
}

// The values of a map, each masked under its name.
bool take_map(const Candidate &candidate, const CataloguePath &path, Discovery &found) {
   if (candidate.shape != ValueShape::object) return take_secret(candidate, path, found);
   for (JsonValue v = candidate.value.first(); v.exists(); v = v.next()) {
      const std::string name = v.name();
      const std::string pointer = candidate.pointer + '/' + pointer_token(name);
      const Candidate entry{v, shape_of(v), pointer, name, false};
      if (leave_alone(entry, found)) continue;
      found.secrets.push_back(whole_secret(entry, plain_or_secure(entry), Remains::mask, path.why));
   }
   return true;
}

} // namespace

bool apply_catalogue_rule(const Candidate &candidate, const CataloguePath &path, Discovery &found) {
   if (leave_alone(candidate, found)) {
      const bool is_destination =
            path.kind == PathKind::connection_string || path.kind == PathKind::sas_uri;
      if (candidate.shape == ValueShape::expression && is_destination) {
         note_redirectable(candidate, found);
      }
      return candidate.shape != ValueShape::reference;
   }
   switch (path.kind) {
      case PathKind::secret:
         return take_secret(candidate, path, found);
      case PathKind::connection_string:
      case PathKind::sas_uri:
         return take_string(candidate, path, found);
      case PathKind::secret_map:
         return take_map(candidate, path, found);
      case PathKind::free_form:
         break;
   }
   if (candidate.shape == ValueShape::secure_string) return false;
   found.notices.push_back({Notice::Kind::may_be_secret, candidate.value, candidate.pointer,
                            "it stays in clear and may hold a secret: " + std::string(path.why)});
   return candidate.shape == ValueShape::literal;
}

} // namespace keyseat
