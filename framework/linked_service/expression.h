// SPDX-License-Identifier: Apache-2.0
//
// Expressions: text that the service or a deployment replaces by something else. They hold no secret
// of their own. What only looks like one ("@lice", "@dmin(1)", "[abc]") is a literal, and may be a
// secret: an expression begins with a function of its language.

#ifndef KEYSEAT_LINKED_SERVICE_EXPRESSION_H
#define KEYSEAT_LINKED_SERVICE_EXPRESSION_H

#include <cstddef>
#include <string_view>

namespace keyseat {

// The length of the interpolation, "@{linkedService().host}", that begins at `at`; 0 where none does, or
// where it is longer than 8 KiB. None has another one inside, but in a string of it. So asking at every
// position of a text takes linear time.
std::size_t interpolation_length(std::string_view text, std::size_t at);

// True when the text holds an interpolation; when it consists of them and is not empty.
bool has_interpolation(std::string_view text);
bool is_interpolation(std::string_view text);

// The position, from `at`, of the first of `characters` that is no part of an interpolation; npos where
// there is none.
std::size_t find_outside_interpolations(std::string_view text, std::string_view characters,
                                        std::size_t at);

// True when all of the text is an expression of the service, "@linkedService().host", or consists of
// interpolations only; or an expression of ARM.
bool is_expression(std::string_view text);

// True when an expression, or one inside of the text, has a string of its own that may be a secret:
// "@concat('hunter2','!')". Strings that name something, 'x' in linkedService()['x'] and in parameters('x'),
// are none, nor are empty ones.
bool has_string_literal(std::string_view expression);

// True when all of the text is an expression of an ARM template: "[parameters('x')]". "[[" begins a
// literal.
bool is_arm_expression(std::string_view text);

} // namespace keyseat

#endif
