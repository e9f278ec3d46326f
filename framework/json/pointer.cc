// SPDX-License-Identifier: Apache-2.0
#include "json/pointer.h"

#include <keyseat/error.h>

#include <charconv>
#include <optional>

namespace keyseat {

using sdk::jose::JsonKind;

namespace {

// The first token of `rest`, which starts with '/' and is moved behind it; none when it is malformed.
std::optional<std::string> take_token(std::string_view &rest) {
   if (rest.empty() || rest.front() != '/') return std::nullopt;
   rest.remove_prefix(1);
   std::string token;
   while (!rest.empty() && rest.front() != '/') {
      const bool escape = rest.front() == '~';
      if (escape && (rest.size() < 2 || (rest[1] != '0' && rest[1] != '1'))) return std::nullopt;
      token += !escape ? rest.front() : rest[1] == '0' ? '~' : '/';
      rest.remove_prefix(escape ? 2 : 1);
   }
   return token;
}

// RFC 6901 section 4: digits without leading zeros.
std::optional<std::size_t> array_index(std::string_view token) {
   std::size_t index = 0;
   const char *end = token.data() + token.size();
   const auto [stop, error] = std::from_chars(token.data(), end, index);
   const bool leading_zero = token.size() > 1 && token.front() == '0';
   if (token.empty() || error != std::errc{} || stop != end || leading_zero) return std::nullopt;
   return index;
}

JsonValue child(JsonValue value, std::string_view token, bool no_case) {
   if (value.is(JsonKind::object)) return no_case ? value.find_no_case(token) : value.find(token);
   const std::optional<std::size_t> index = array_index(token);
   return value.is(JsonKind::array) && index ? value.at(*index) : JsonValue();
}

std::string token_of(JsonValue value, JsonValue parent) {
   if (parent.is(JsonKind::object)) return pointer_token(value.name());
   std::size_t index = 0;
   for (JsonValue v = parent.first(); v != value; v = v.next())
      ++index;
   return std::to_string(index);
}

} // namespace

std::string pointer_to(JsonValue value, JsonValue base) {
   std::vector<std::string> tokens; // innermost first
   while (value != base) {
      const JsonValue parent = value.parent();
      if (!parent.exists()) throw Error(ErrorCode::internal, "a value stands outside of its base");
      tokens.push_back(token_of(value, parent));
      value = parent;
   }
   std::string pointer;
   for (auto token = tokens.rbegin(); token != tokens.rend(); ++token)
      pointer += '/' + *token;
   return pointer;
}

JsonValue resolve_pointer(JsonValue base, std::string_view pointer, bool no_case) {
   JsonValue value = base;
   while (!pointer.empty() && value.exists()) {
      const std::optional<std::string> token = take_token(pointer);
      value = token ? child(value, *token, no_case) : JsonValue();
   }
   return value;
}

std::string pointer_token(std::string_view name) {
   std::string token;
   for (const char c : name) {
      if (c == '~') {
         token += "~0";
      } else if (c == '/') {
         token += "~1";
      } else {
         token += c;
      }
   }
   return token;
}

std::vector<std::string> pointer_tokens(std::string_view pointer) {
   std::vector<std::string> tokens;
   while (!pointer.empty()) {
      std::optional<std::string> token = take_token(pointer);
      if (!token) throw Error(ErrorCode::definition_invalid, "malformed JSON pointer");
      tokens.push_back(*std::move(token));
   }
   return tokens;
}

} // namespace keyseat
