// SPDX-License-Identifier: Apache-2.0
#include "json/pointer.h"

#include <keyseat/error.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace keyseat {

using sdk::jose::JsonKind;

namespace {

// RFC 6901 section 3: behind each "~" stands 0 or 1.
bool is_escape(std::string_view text, std::size_t at) {
   return at + 1 < text.size() && (text[at + 1] == '0' || text[at + 1] == '1');
}

// The first token of `rest`, which starts with '/' and is moved behind it; none when it is malformed.
std::optional<std::string> take_token(std::string_view &rest) {
   if (rest.empty() || rest.front() != '/') return std::nullopt;
   std::string_view written = rest.substr(1, rest.find('/', 1) - 1);
   rest.remove_prefix(1 + written.size());
   std::string token;
   for (;;) {
      const std::size_t plain = std::min(written.find('~'), written.size());
      token += written.substr(0, plain);
      if (plain == written.size()) return token;
      if (!is_escape(written, plain)) return std::nullopt;
      token += written[plain + 1] == '0' ? '~' : '/';
      written.remove_prefix(plain + 2);
   }
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

bool is_pointer(std::string_view text) {
   if (!text.empty() && text.front() != '/') return false;
   for (std::size_t at = text.find('~'); at != std::string_view::npos;
        at = text.find('~', at + 1)) {
      if (!is_escape(text, at)) return false;
   }
   return true;
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
