// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/json.h>

#include "json_reader.h"
#include "json_text.h"

namespace keyseat::sdk::jose {
namespace {

// A string without its quotes.
std::string_view unquoted(std::string_view string) { return string.substr(1, string.size() - 2); }

std::string decoded(std::string_view inner) {
   std::string text;
   text.reserve(inner.size());
   JsonUnescaper characters(inner);
   for (char c = 0; characters.next(c);)
      text += c;
   return text;
}

} // namespace

JsonTree::JsonTree(std::string_view text) : text_(text) { JsonReader(*this).read(); }

JsonKind JsonValue::kind() const { return tree_->nodes_[index_].kind; }

JsonSpan JsonValue::span() const {
   if (!exists()) return {};
   const JsonTree::Node &node = tree_->nodes_[index_];
   return {node.begin, node.end};
}

JsonSpan JsonValue::key_span() const {
   if (!exists()) return {};
   const JsonTree::Node &node = tree_->nodes_[index_];
   return {node.key_begin, node.key_end};
}

std::string_view JsonValue::raw() const {
   return exists() ? tree_->text_.substr(span().begin, span().size()) : std::string_view();
}

JsonValue JsonValue::node_or_none(std::uint32_t index) const {
   return index == JsonTree::kNone ? JsonValue() : JsonValue(tree_, index);
}

JsonValue JsonValue::parent() const {
   return exists() ? node_or_none(tree_->nodes_[index_].parent) : JsonValue();
}

JsonValue JsonValue::first() const {
   return exists() ? node_or_none(tree_->nodes_[index_].first) : JsonValue();
}

JsonValue JsonValue::next() const {
   return exists() ? node_or_none(tree_->nodes_[index_].next) : JsonValue();
}

std::size_t JsonValue::size() const { return exists() ? tree_->nodes_[index_].size : 0; }

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

// The name as written, without quotes; none unless this is a member.
std::optional<std::string_view> JsonValue::inner_name() const {
   const JsonSpan key = key_span();
   if (key.size() == 0) return std::nullopt;
   return unquoted(tree_->text_.substr(key.begin, key.size()));
}

std::string JsonValue::name() const { return decoded(inner_name().value_or("")); }

bool JsonValue::name_is(std::string_view name) const {
   const auto inner = inner_name();
   if (!inner) return false;
   return tree_->nodes_[index_].key_escaped ? json_string_is(*inner, name, false) : *inner == name;
}

bool JsonValue::name_is_no_case(std::string_view name) const {
   const auto inner = inner_name();
   return inner && json_string_is(*inner, name, true);
}

SecretBytes JsonValue::secret_text(SecretMemory memory) const {
   const std::string_view inner = unquoted(raw());
   SecretBytes text(memory, json_decoded_size(inner));
   JsonUnescaper characters(inner);
   char c = 0;
   for (std::size_t i = 0; i < text.size() && characters.next(c); ++i)
      text.data()[i] = static_cast<std::uint8_t>(c);
   return text;
}

std::string JsonValue::public_text() const { return decoded(unquoted(raw())); }

bool JsonValue::text_is(std::string_view text) const {
   if (!is(JsonKind::string)) return false;
   const std::string_view inner = unquoted(raw());
   return tree_->nodes_[index_].escaped ? json_string_is(inner, text, false) : inner == text;
}

bool JsonValue::text_is_no_case(std::string_view text) const {
   return is(JsonKind::string) && json_string_is(unquoted(raw()), text, true);
}

bool JsonValue::boolean() const { return tree_->text_[span().begin] == 't'; }

} // namespace keyseat::sdk::jose
