// SPDX-License-Identifier: Apache-2.0
#include "json/document.h"

#include <optional>
#include <utility>

#include "json/line_index.h"
#include "json/pointer.h"

namespace keyseat {

using sdk::jose::JsonError;
using sdk::jose::JsonTree;

// On the heap and never moved: the tree points into the text, its values point to the tree.
struct Document::State {
   std::string name;
   Encoding encoding;
   SecretBytes bytes;
   LineIndex lines;
   std::optional<JsonTree> tree;

   State(std::string file_name, Encoding file_encoding, SecretBytes text)
         : name(std::move(file_name)),
           encoding(file_encoding),
           bytes(std::move(text)),
           lines(bytes.reveal_text()) {}

   std::string_view text() const { return bytes.reveal_text(); }

   Place place(std::size_t offset) const {
      const auto [line, column] = lines.find(text(), offset);
      return {name, line, column, {}};
   }
};

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::Document(Document &&) noexcept = default;
Document &Document::operator=(Document &&) noexcept = default;
Document::~Document() = default;

Document Document::parse(BytesView file, std::string name) {
   const Encoding encoding = detect_encoding(file);
   DecodedText decoded = decode_text(file, encoding);
   auto state = std::make_unique<State>(std::move(name), encoding, std::move(decoded.text));
   if (!decoded.problem.empty()) {
      throw Error(ErrorCode::definition_invalid, std::move(decoded.problem))
            .at(state->place(state->text().size()));
   }
   try {
      state->tree.emplace(state->text());
   } catch (const JsonError &error) { // its messages are public: they quote nothing
      throw Error(ErrorCode::definition_invalid, error.what()).at(state->place(error.offset()));
   }
   return Document(std::move(state));
}

const std::string &Document::name() const { return state_->name; }

Encoding Document::encoding() const { return state_->encoding; }

std::string_view Document::text() const { return state_->text(); }

JsonValue Document::root() const { return state_->tree->root(); }

Place Document::place(std::size_t offset, std::string pointer) const {
   Place place = state_->place(offset);
   place.pointer = std::move(pointer);
   return place;
}

Place Document::place(JsonValue value) const {
   return place(value.span().begin, pointer_to(value, root()));
}

SecretBytes Document::encode(std::string_view text) const {
   return encode_text(text, state_->encoding);
}

} // namespace keyseat
