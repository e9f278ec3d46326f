// SPDX-License-Identifier: Apache-2.0
//
// The shapes that a value of a definition has in the eyes of the service.

#ifndef KEYSEAT_LINKED_SERVICE_VALUE_SHAPE_H
#define KEYSEAT_LINKED_SERVICE_VALUE_SHAPE_H

#include "json/document.h"

#include <string_view>

namespace keyseat {

// The vendor's mask: what the service shows in place of a secret.
inline constexpr std::string_view kMask = "**********";
inline constexpr std::string_view kMaskText = R"("**********")";
inline constexpr std::string_view kMaskObject = R"({"type":"SecureString","value":"**********"})";

enum class ValueShape {
   nothing,    // null, "", a SecureString of these or of nothing, without other members
   literal,    // any other string, number or boolean; an Expression object around anything else
   mask,       // kMask, plain, or as {"type":"SecureString","value":kMask} without other members
   expression, // is_expression(), plain, in a SecureString or in {"type":"Expression","value":...}
   secure_string, // {"type":"SecureString","value":...} of anything else, or with other members
   reference,     // AzureKeyVaultSecret and the like: names something kept elsewhere
   object,        // any other one
   array,
};

// The shape of a value that exists.
ValueShape shape_of(JsonValue value);

// The `value` of a SecureString or Expression object; no value for anything else.
JsonValue wrapped_value(JsonValue value);

// The word in a value's `type`, compared without case: false for what is no object or has none.
bool type_is(JsonValue value, std::string_view word);

} // namespace keyseat

#endif
