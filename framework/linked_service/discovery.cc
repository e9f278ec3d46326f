// SPDX-License-Identifier: Apache-2.0

#include "linked_service/discovery.h"

#include "linked_service/claims.h"
#include "linked_service/discovery_rules.h"
#include "linked_service/secret_string.h"

#include "json/pointer.h"

#include <utility>

namespace keyseat {

namespace {

// Which rules apply where.
enum class Region {
   elsewhere,       // in the definition: the catalogue and SecureString
   type_properties, // and names and texts: as secrets where the type is unknown, else as notices
   parameters,      // names of parameters, not of properties
   reference,       // inside a reference: SecureString only
};

// One pass over a definition, in file order.
class Walk {
 public:
   Walk(const Definition &definition, const CatalogueType *type)
         : definition_(definition), is_generic_(type == nullptr || type->untyped) {
      if (type != nullptr) claims_ = Claims(definition, *type);
   }

   Discovery run() && {
      visit(definition_.object, {}, false, Region::elsewhere);
      return std::move(found_);
   }

 private:
   void visit(JsonValue value, const std::string &name, bool is_element, Region region) {
      if (definition_.credential.exists() && value == definition_.credential) {
         note_credential(value, pointer_, found_);
         return;
      }
      if (value == definition_.type_properties) region = Region::type_properties;
      if (definition_.parameters.exists() && value == definition_.parameters) {
         visit_parameters();
         return;
      }
      const bool is_by_name = is_generic_ && region == Region::type_properties;
      const Candidate candidate{value, shape_of(value), pointer_, name, is_element, is_by_name};
      if (judge(candidate, region)) return;
      visit_children(value, name,
                     candidate.shape == ValueShape::reference ? Region::reference : region);
   }

   // True when a rule has dealt with the value.
   bool judge(const Candidate &candidate, Region region) {
      if (const CataloguePath *path = claims_.find(candidate.value)) {
         if (apply_catalogue_rule(candidate, *path, found_)) return true;
      }
      if (apply_secure_string_rule(candidate, found_)) return true;
      if (region != Region::type_properties) return false;
      if (candidate.is_by_name && apply_generic_rule(candidate, found_)) return true;
      note_unclaimed(candidate, found_);
      return false;
   }

   void visit_children(JsonValue value, const std::string &name, Region region) {
      const bool is_array = value.is(JsonKind::array);
      std::size_t index = 0;
      for (JsonValue v = value.first(); v.exists(); v = v.next()) {
         const std::string own = is_array ? std::to_string(index++) : v.name();
         enter(own, [&] { visit(v, is_array ? name : own, is_array, region); });
      }
   }

   // Each parameter is an object { "type", "defaultValue" }.
   void visit_parameters() {
      for (JsonValue v = definition_.parameters.first(); v.exists(); v = v.next()) {
         const std::string name = v.name();
         enter(name, [&] { visit_parameter(v, name); });
      }
   }

   void visit_parameter(JsonValue parameter, const std::string &name) {
      const bool is_secure = type_is(parameter, "SecureString");
      for (JsonValue v = parameter.first(); v.exists(); v = v.next()) {
         const std::string own = parameter.is(JsonKind::object) ? v.name() : std::string();
         const bool is_default = v.name_is_no_case("defaultValue") || v.name_is_no_case("value");
         enter(own, [&] {
            const Candidate candidate{v, shape_of(v), pointer_, name, false};
            if (is_secure && is_default && apply_secure_default_rule(candidate, found_)) return;
            if (is_default) note_unclaimed(candidate, found_);
            visit(v, own, false, Region::parameters);
         });
      }
   }

   // Calls `inside` with the pointer of a child.
   template <class Inside>
   void enter(const std::string &name, const Inside &inside) {
      const std::size_t length = pointer_.size();
      pointer_ += '/';
      pointer_ += pointer_token(name);
      inside();
      pointer_.resize(length);
   }

   const Definition &definition_;
   bool is_generic_;
   Claims claims_;
   std::string pointer_; // of the value that is being visited
   Discovery found_;
};

} // namespace

std::string_view secret_kind_name(SecretKind kind) {
   switch (kind) {
      case SecretKind::property:
         return "property";
      case SecretKind::secure_string:
         return "secure-string";
      case SecretKind::connection_string:
         return "connection-string";
      case SecretKind::sas_uri:
         return "sas-uri";
   }
   return "property";
}

std::string_view remains_name(Remains remains) {
   switch (remains) {
      case Remains::nothing:
         return "nothing";
      case Remains::rest:
         return "rest";
      case Remains::mask:
         return "mask";
   }
   return "nothing";
}

Secret whole_secret(const Candidate &candidate, SecretKind kind, Remains remains,
                    std::string_view why) {
   Secret secret;
   secret.value = candidate.value;
   secret.pointer = candidate.pointer;
   secret.kind = kind;
   secret.remains = remains;
   secret.why = why;
   if (remains == Remains::mask) {
      secret.left = candidate.shape == ValueShape::secure_string ? kMaskObject : kMaskText;
   }
   return secret;
}

Secret partial_secret(const Candidate &candidate, SecretKind kind, std::vector<TextSpan> cut,
                      std::string_view why) {
   Secret secret = whole_secret(candidate, kind, Remains::rest, why);
   secret.left = json_without_spans(string_of(candidate), cut);
   secret.cut = std::move(cut);
   return secret;
}

JsonValue string_of(const Candidate &candidate) {
   const JsonValue inner = wrapped_value(candidate.value);
   const JsonValue string = inner.exists() ? inner : candidate.value;
   return string.is(JsonKind::string) ? string : JsonValue();
}

Discovery discover_secrets(const Definition &definition) {
   const CatalogueType *type = find_in_catalogue(definition.type);
   Discovery found = Walk(definition, type).run();
   if (type == nullptr) note_unknown_type(definition, found);
   if (found.secrets.empty() && !definition.credential.exists()) {
      // Nothing to redirect.
      std::erase_if(found.notices,
                    [](const Notice &notice) { return notice.kind == Notice::Kind::redirectable; });
   }
   return found;
}

} // namespace keyseat
