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

constexpr std::string_view kType = "/properties/type";
constexpr std::string_view kRuntime = "/properties/connectvia/referencename";
constexpr std::string_view kTypeProperties = "/properties/typeproperties";
constexpr std::string_view kParameters = "/properties/parameters";

bool is_mask(JsonValue value) { return shape_of(value) == ValueShape::mask; }

bool is_inside(std::string_view pointer, std::string_view object) {
   return pointer.starts_with(object) &&
          (pointer.size() == object.size() || pointer[object.size()] == '/');
}

// Calls `visit` with pointer and value of each bound member but `type` and the runtime's name.
template <class Visit>
class BoundValues {
 public:
   BoundValues(const Definition &definition, BindingScope scope, const SecretsBeside &beside,
               Visit visit)
         : definition_(definition), scope_(scope), beside_(beside), visit_(std::move(visit)) {}

   void run() {
      if (scope_ == BindingScope::type) return;
      members(definition_.type_properties, std::string(kTypeProperties));
      if (definition_.parameters.exists())
         members(definition_.parameters, std::string(kParameters));
      if (scope_ != BindingScope::strict && beside_.empty()) return;
      members(definition_.object, "");
      members(definition_.properties, "/properties");
   }

 private:
   void members(JsonValue object, const std::string &base) {
      const auto apart = {definition_.credential, definition_.properties,
                          definition_.type_properties, definition_.parameters};
      const bool is_core = is_inside(base, kTypeProperties) || is_inside(base, kParameters);
      for (JsonValue v = object.first(); v.exists(); v = v.next()) {
         if (std::find(apart.begin(), apart.end(), v) != apart.end() || is_mask(v)) continue;
         const std::string pointer = base + '/' + pointer_token(ascii_lower(v.name()));
         // The service gives a definition another etag, a text, at each deployment.
         if (pointer == "/etag" && v.is(JsonKind::string)) continue;
         if (pointer == kType) continue;
         if (!is_core && scope_ != BindingScope::strict && !beside_.are_in(pointer)) continue;
         if (!is_core && v.name_is_no_case("connectVia") && v.is(JsonKind::object)) {
            members(v, pointer);
         } else if (!(v.name_is_no_case("referenceName") && base.ends_with("/connectvia"))) {
            visit_(pointer, v);
         }
      }
   }

   const Definition &definition_;
   BindingScope scope_;
   const SecretsBeside &beside_;
   Visit visit_;
};

template <class Visit>
void for_each_bound(const Definition &definition, BindingScope scope, const SecretsBeside &beside,
                    Visit visit) {
   BoundValues<Visit>(definition, scope, beside, std::move(visit)).run();
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

void SecretsBeside::add(std::string_view pointer) {
   if (is_inside(pointer, kTypeProperties)) return; // as most are, and written so
   std::string folded = ascii_lower(pointer);
   if (is_inside(folded, kTypeProperties) || is_inside(folded, kParameters)) return;
   if (folded == kType || folded == kRuntime) return; // which are bound anyway
   pointers_.insert(std::move(folded));
}

bool SecretsBeside::are_in(const std::string &pointer) const {
   if (pointers_.contains(pointer)) return true;
   const auto below = pointers_.lower_bound(pointer + '/');
   return below != pointers_.end() && is_inside(*below, pointer);
}

std::vector<BoundMember> bound_members(const Definition &definition, BindingScope scope,
                                       const SecretsBeside &beside) {
   std::vector<BoundMember> members;
   members.push_back({std::string(kType), quoted_lower(definition.type)});
   if (!definition.integration_runtime.empty()) {
      members.push_back({std::string(kRuntime), quoted_lower(definition.integration_runtime)});
   }
   CanonicalOptions options;
   options.fold_names = true;
   options.leave_out = is_mask;
   for_each_bound(definition, scope, beside, [&](const std::string &pointer, JsonValue value) {
      members.push_back({pointer, canonical_form(value, options)});
   });
   std::ranges::sort(members, {}, &BoundMember::pointer);
   return members;
}

std::optional<std::string> find_arm_expression(const Definition &definition, BindingScope scope,
                                               const SecretsBeside &beside) {
   if (is_arm_expression(definition.type)) return std::string(kType);
   if (is_arm_expression(definition.integration_runtime)) return std::string(kRuntime);
   std::optional<std::string> first;
   for_each_bound(definition, scope, beside, [&](const std::string &pointer, JsonValue value) {
      if (!first) first = find_arm(value, pointer);
   });
   return first;
}

} // namespace keyseat
