// SPDX-License-Identifier: Apache-2.0

#include "linked_service/binding.h"

#include "linked_service/expression.h"
#include "linked_service/value_shape.h"

#include "base/text.h"
#include "json/canonical.h"
#include "json/pointer.h"

#include <algorithm>

namespace keyseat {

namespace {

bool is_mask(JsonValue value) { return shape_of(value) == ValueShape::mask; }

// Calls `visit` with pointer and value of each bound member but `type` and the runtime's name.
template <class Visit>
class BoundValues {
 public:
   BoundValues(const Definition &definition, BindingScope scope, Visit visit)
         : definition_(definition), scope_(scope), visit_(std::move(visit)) {}

   void run() {
      if (scope_ == BindingScope::type) return;
      members(definition_.type_properties, "/properties/typeproperties");
      if (definition_.parameters.exists())
         members(definition_.parameters, "/properties/parameters");
      if (scope_ != BindingScope::strict) return;
      members(definition_.object, "");
      members(definition_.properties, "/properties");
   }

 private:
   void members(JsonValue object, const std::string &base) {
      const auto apart = {definition_.credential, definition_.properties,
                          definition_.type_properties, definition_.parameters};
      for (JsonValue v = object.first(); v.exists(); v = v.next()) {
         if (std::find(apart.begin(), apart.end(), v) != apart.end() || is_mask(v)) continue;
         const std::string pointer = base + '/' + pointer_token(ascii_lower(v.name()));
         // The service gives a definition another etag at each deployment.
         if (pointer == "/etag" || pointer == "/properties/type") continue;
         if (v.name_is_no_case("connectVia") && v.is(JsonKind::object) && !is_inside(base)) {
            members(v, pointer);
         } else if (!(v.name_is_no_case("referenceName") && base.ends_with("/connectvia"))) {
            visit_(pointer, v);
         }
      }
   }

   // Below typeProperties or parameters, where names have no meaning for the definition itself.
   static bool is_inside(const std::string &base) {
      return base.size() > std::string_view("/properties").size();
   }

   const Definition &definition_;
   BindingScope scope_;
   Visit visit_;
};

template <class Visit>
void for_each_bound(const Definition &definition, BindingScope scope, Visit visit) {
   BoundValues<Visit>(definition, scope, std::move(visit)).run();
}

SecretBytes quoted_lower(std::string_view text) {
   return {document_memory(), as_bytes(sdk::jose::json_quote(ascii_lower(text)))};
}

// The pointer of the first ARM expression in `value`, which `pointer` names.
std::optional<std::string> find_arm(JsonValue value, const std::string &pointer) {
   if (value.is(JsonKind::string) &&
       is_arm_expression(value.secret_text(document_memory()).reveal_text())) {
      return pointer;
   }
   const bool is_array = value.is(JsonKind::array);
   std::size_t index = 0;
   for (JsonValue v = value.first(); v.exists(); v = v.next()) {
      const std::string token = is_array ? std::to_string(index++) : pointer_token(v.name());
      std::string inner = pointer;
      inner.append(1, '/').append(token);
      if (auto found = find_arm(v, inner)) return found;
   }
   return std::nullopt;
}

} // namespace

std::string_view binding_scope_name(BindingScope scope) {
   switch (scope) {
      case BindingScope::type:
         return "type";
      case BindingScope::target:
         return "target";
      case BindingScope::strict:
         return "strict";
   }
   return "strict";
}

std::optional<BindingScope> binding_scope_from_name(std::string_view name) {
   for (const auto scope : {BindingScope::type, BindingScope::target, BindingScope::strict}) {
      if (name == binding_scope_name(scope)) return scope;
   }
   return std::nullopt;
}

std::vector<BoundMember> bound_members(const Definition &definition, BindingScope scope) {
   std::vector<BoundMember> members;
   members.push_back({"/properties/type", quoted_lower(definition.type)});
   if (!definition.integration_runtime.empty()) {
      members.push_back(
            {"/properties/connectvia/referencename", quoted_lower(definition.integration_runtime)});
   }
   CanonicalOptions options;
   options.fold_names = true;
   options.leave_out = is_mask;
   for_each_bound(definition, scope, [&](const std::string &pointer, JsonValue value) {
      members.push_back({pointer, canonical_form(value, options)});
   });
   std::ranges::sort(members, {}, &BoundMember::pointer);
   return members;
}

std::optional<std::string> find_arm_expression(const Definition &definition, BindingScope scope) {
   if (is_arm_expression(definition.type)) return "/properties/type";
   if (is_arm_expression(definition.integration_runtime)) {
      return "/properties/connectvia/referencename";
   }
   std::optional<std::string> first;
   for_each_bound(definition, scope, [&](const std::string &pointer, JsonValue value) {
      if (!first) first = find_arm(value, pointer);
   });
   return first;
}

} // namespace keyseat
