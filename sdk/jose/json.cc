// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/json.h>

#include "json_reader.h"
#include "json_text.h"

namespace keyseat::sdk::jose {
namespace {

// A string without its quotes.
std::string_view unquoted(std::string_view string) { return string.substr(1, string.size() - 2); }

std::string decoded(std::string_view inner, bool escaped) {
   if (!escaped) return std::string(inner);
   std::string text;
   text.reserve(inner.size());
   JsonUnescaper characters(inner);
   for (char c = 0; characters.next(c);)
      text += c;
   return text;
}

} // namespace

JsonTree::JsonTree(std::string_view text) : text_(text) { JsonReader(*this).read(); }

JsonValue JsonValue::find(std::string_view name) const {
   JsonValue member = is(JsonKind::object) ? first() : JsonValue();
   while (member.exists() && !member.name_is(name))
      member = member.next();
   return member;
}

JsonValue JsonValue::find_no_case(std::string_view name) const {
   JsonValue member = is(JsonKind::object) ? first() : JsonValue();
   while (member.exists() && !member.name_is_no_case(name))
      member = member.next();
   return member;
}

JsonValue JsonValue::at(std::size_t index) const {
   JsonValue element = is(JsonKind::array) ? first() : JsonValue();
   while (element.exists() && index-- > 0)
      element = element.next();
   return element;
}

std::string JsonValue::name() const {
   const auto inner = inner_name();
   return inner ? decoded(*inner, tree_->nodes_[index_].key_escaped) : std::string();
}

bool JsonValue::name_is(std::string_view name) const {
   const auto inner = inner_name();
   return inner && json_string_is(*inner, tree_->nodes_[index_].key_escaped, name, false);
}

bool JsonValue::name_is_no_case(std::string_view name) const {
   const auto inner = inner_name();
   return inner && json_string_is(*inner, tree_->nodes_[index_].key_escaped, name, true);
}

SecretBytes JsonValue::secret_text(SecretMemory memory) const {
   const std::string_view inner = unquoted(raw());
   if (!tree_->nodes_[index_].escaped) return {memory, as_bytes(inner)};
   SecretBytes text(memory, json_decoded_size(inner));
   JsonUnescaper characters(inner);
   char c = 0;
   for (std::size_t i = 0; i < text.size() && characters.next(c); ++i)
      text.data()[i] = static_cast<std::uint8_t>(c);
   return text;
}

std::string JsonValue::public_text() const {
   return decoded(unquoted(raw()), tree_->nodes_[index_].escaped);
}

bool JsonValue::text_is(std::string_view text) const {
   return is(JsonKind::string) &&
          json_string_is(unquoted(raw()), tree_->nodes_[index_].escaped, text, false);
}

bool JsonValue::text_is_no_case(std::string_view text) const {
   return is(JsonKind::string) &&
          json_string_is(unquoted(raw()), tree_->nodes_[index_].escaped, text, true);
}

bool JsonValue::boolean() const { return tree_->text_[span().begin] == 't'; }

} // namespace keyseat::sdk::jose
