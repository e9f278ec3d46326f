// SPDX-License-Identifier: Apache-2.0

#include "linked_service/discovery_rules.h"
#include "linked_service/sas_uri.h"
#include "linked_service/secret_name.h"
#include "linked_service/secret_string.h"

namespace keyseat {

namespace {

// The secret parts of a text that names its secret, if cutting them leaves no secret behind.
std::vector<TextSpan> safe_cut(std::string_view text, const std::optional<SplitText> &split) {
   if (!split || split->secrets.empty()) return {};
   const SecretBytes rest = without_spans(text, split->secrets);
   if (names_its_secret(rest.reveal_text())) return {};
   return split->secrets;
}

void take_text(const Candidate &candidate, SecretKind kind, std::vector<TextSpan> cut,
               const std::string &why, Discovery &found) {
   found.secrets.push_back(cut.empty() ? whole_secret(candidate, kind, Remains::mask, why)
                                       : partial_secret(candidate, kind, std::move(cut), why));
}

} // namespace

bool apply_generic_rule(const Candidate &candidate, Discovery &found) {
   if (candidate.shape != ValueShape::literal || candidate.value.is(JsonKind::boolean))
      return false;
   if (is_secret_name(candidate.name)) {
      take_text(candidate, SecretKind::property, {}, "its name says that it is a secret", found);
      return true;
   }
   if (!candidate.value.is(JsonKind::string)) return false;
   const SecretBytes decoded = candidate.value.secret_text(document_memory());
   const std::string_view text = decoded.reveal_text();
   if (has_signature(text)) {
      take_text(candidate, SecretKind::sas_uri, safe_cut(text, split_sas_uri(text)),
                "a URI with a shared access signature", found);
      return true;
   }
   if (names_its_secret(text)) {
      take_text(candidate, SecretKind::connection_string,
                safe_cut(text, split_connection_string(text, Dialect::adonet_sql)),
                "a text with a secret keyword or a URI with a password", found);
      return true;
   }
   return false;
}

} // namespace keyseat
