// SPDX-License-Identifier: Apache-2.0

#include "linked_service/value_shape.h"

#include "linked_service/expression.h"

namespace keyseat {

namespace {

// An expression begins with one of two characters; others need not be decoded.
bool may_be_expression(std::string_view raw) {
   return raw.size() > 2 && (raw[1] == '@' || raw[1] == '[' || raw[1] == '\\');
}

ValueShape shape_of_string(JsonValue string) {
   if (string.text_is("")) return ValueShape::nothing;
   if (string.text_is(kMask)) return ValueShape::mask;
   if (may_be_expression(string.raw()) &&
       is_expression(string.secret_text(document_memory()).reveal_text())) {
      return ValueShape::expression;
   }
   return ValueShape::literal;
}

ValueShape shape_of_secure_string(JsonValue object) {
   const JsonValue value = object.find_no_case("value");
   // The service writes type and value alone: what stands beside them may hold anything.
   if (object.size() > (value.exists() ? 2U : 1U)) return ValueShape::secure_string;
   if (!value.exists()) return ValueShape::nothing;
   const ValueShape inner = shape_of(value);
   const bool is_mask = inner == ValueShape::mask && value.is(JsonKind::string);
   const bool holds_none = is_mask || inner == ValueShape::nothing ||
                           inner == ValueShape::expression || inner == ValueShape::reference;
   return holds_none ? inner : ValueShape::secure_string;
}

// The word "Expression" alone makes none: {"type":"Expression","value":"hunter2"} spells a secret out.
ValueShape shape_of_expression(JsonValue object) {
   const JsonValue value = object.find_no_case("value");
   if (!value.exists()) return ValueShape::nothing;
   const ValueShape inner = shape_of(value);
   const bool holds_none = inner == ValueShape::nothing || inner == ValueShape::expression;
   return holds_none ? inner : ValueShape::literal;
}

ValueShape shape_of_object(JsonValue object) {
   const JsonValue type = object.find_no_case("type");
   if (!type.is(JsonKind::string)) return ValueShape::object;
   if (type.text_is_no_case("SecureString")) return shape_of_secure_string(object);
   if (type.text_is_no_case("Expression")) return shape_of_expression(object);
   for (const std::string_view word : {"AzureKeyVaultSecret", "CredentialReference",
                                       "LinkedServiceReference", "IntegrationRuntimeReference"}) {
      if (type.text_is_no_case(word)) return ValueShape::reference;
   }
   return ValueShape::object;
}

} // namespace

ValueShape shape_of(JsonValue value) {
   switch (value.kind()) {
      case JsonKind::null:
         return ValueShape::nothing;
      case JsonKind::boolean:
      case JsonKind::number:
         return ValueShape::literal;
      case JsonKind::string:
         return shape_of_string(value);
      case JsonKind::array:
         return ValueShape::array;
      case JsonKind::object:
         return shape_of_object(value);
   }
   return ValueShape::nothing;
}

JsonValue wrapped_value(JsonValue value) {
   const bool is_wrapper = type_is(value, "SecureString") || type_is(value, "Expression");
   return is_wrapper ? value.find_no_case("value") : JsonValue();
}

bool type_is(JsonValue value, std::string_view word) {
   if (!value.is(JsonKind::object)) return false;
   const JsonValue type = value.find_no_case("type");
   return type.exists() && type.text_is_no_case(word);
}

} // namespace keyseat
