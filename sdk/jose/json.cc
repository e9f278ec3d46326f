// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/json.h>

#include "json_reader.h"
#include "json_text.h"

#include <algorithm>

namespace keyseat::sdk::jose {
namespace {

// A string without its quotes.
std::string_view unquoted(std::string_view string) { return string.substr(1, string.size() - 2); }

std::string decoded(std::string_view inner, bool escaped) {
   if (!escaped) return std::string(inner);
   std::string text;
   text.reserve(inner.size());
   JsonUnescaper written(inner);
   for (auto piece = written.next_piece(); !piece.empty(); piece = written.next_piece())
      text += piece;
   return text;
}

} // namespace

JsonTree::JsonTree(std::string_view text) : text_(text) { JsonReader(*this).read(); }

JsonValue JsonValue::find(std::string_view name) const { return find(name, false); }

JsonValue JsonValue::find_no_case(std::string_view name) const { return find(name, true); }

JsonValue JsonValue::find(std::string_view name, bool fold) const {
   if (!is(JsonKind::object)) return {};
   for (std::uint32_t i = tree_->node(index_).first; i != JsonTree::kNone;
        i = tree_->node(i).next) {
      const JsonTree::Node &node = tree_->node(i);
      const std::string_view inner(tree_->text_.data() + node.key_begin + 1,
                                   node.key_end - node.key_begin - 2);
      if (json_string_is(inner, node.key_escaped, name, fold)) return {tree_, i};
   }
   return {};
}

JsonValue JsonValue::at(std::size_t index) const {
   JsonValue element = is(JsonKind::array) ? first() : JsonValue();
   while (element.exists() && index-- > 0)
      element = element.next();
   return element;
}

std::string JsonValue::name() const {
   const auto inner = inner_name();
   return inner ? decoded(*inner, tree_->node(index_).key_escaped) : std::string();
}

bool JsonValue::name_is(std::string_view name) const {
   const auto inner = inner_name();
   return inner && json_string_is(*inner, tree_->node(index_).key_escaped, name, false);
}

bool JsonValue::name_is_no_case(std::string_view name) const {
   const auto inner = inner_name();
   return inner && json_string_is(*inner, tree_->node(index_).key_escaped, name, true);
}

SecretBytes JsonValue::secret_text(SecretMemory memory) const {
   const std::string_view inner = unquoted(raw());
   if (!tree_->node(index_).escaped) return {memory, as_bytes(inner)};
   SecretBytes text(memory, json_decoded_size(inner));
   JsonUnescaper written(inner);
   std::uint8_t *out = text.data();
   for (auto piece = written.next_piece(); !piece.empty(); piece = written.next_piece())
      out = std::copy(piece.begin(), piece.end(), out);
   return text;
}

std::string JsonValue::public_text() const {
   return decoded(unquoted(raw()), tree_->node(index_).escaped);
}

bool JsonValue::text_is(std::string_view text) const {
   return is(JsonKind::string) &&
          json_string_is(unquoted(raw()), tree_->node(index_).escaped, text, false);
}

bool JsonValue::text_is_no_case(std::string_view text) const {
   return is(JsonKind::string) &&
          json_string_is(unquoted(raw()), tree_->node(index_).escaped, text, true);
}

bool JsonValue::boolean() const { return tree_->text_[span().begin] == 't'; }

} // namespace keyseat::sdk::jose
