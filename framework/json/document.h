// SPDX-License-Identifier: Apache-2.0
//
// Document: one JSON file in memory, decoded, read once, with the position of every value.

#ifndef KEYSEAT_JSON_DOCUMENT_H
#define KEYSEAT_JSON_DOCUMENT_H

#include <keyseat/error.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/secret.h>

#include <memory>
#include <string>
#include <string_view>

#include "json/encoding.h"

namespace keyseat {

using sdk::jose::JsonKind;
using sdk::jose::JsonSpan;
using sdk::jose::JsonValue;

// A file's text as UTF-8 in document memory, and the tree of its values. Everything that is not a
// value (white space, line ends, order) is in the text and stays there: changes are splices (edit.h).
// Movable; values of the tree stay valid when it is moved.
class Document {
 public:
   // Reads the bytes of a file. `name` is what messages call it. Throws Error(definition_invalid)
   // with line and column: invalid UTF-8 or UTF-16, no JSON, duplicate names, nesting beyond 128.
   static Document parse(BytesView file, std::string name);

   Document(Document &&) noexcept;
   Document &operator=(Document &&) noexcept;
   Document(const Document &) = delete;
   Document &operator=(const Document &) = delete;
   ~Document();

   const std::string &name() const;
   Encoding encoding() const;
   std::string_view text() const; // UTF-8, no byte-order mark
   JsonValue root() const;

   // Line and column (from 1, columns in code points, the byte-order mark not counted) of an offset
   // into text(). LF, CRLF and a lone CR end a line.
   Place place(std::size_t offset, std::string pointer = {}) const;
   Place place(JsonValue value) const; // of its first character, with its JSON pointer

   // `text`, which replaces text(), in this file's encoding.
   SecretBytes encode(std::string_view text) const;

 private:
   struct State;
   explicit Document(std::unique_ptr<State> state);
   std::unique_ptr<State> state_;
};

} // namespace keyseat

#endif
