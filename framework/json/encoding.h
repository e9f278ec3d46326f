// SPDX-License-Identifier: Apache-2.0
//
// The encodings of JSON files: from bytes to UTF-8 and back.

#ifndef KEYSEAT_JSON_ENCODING_H
#define KEYSEAT_JSON_ENCODING_H

#include <keyseat/secret.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace keyseat {

// How a file spells its text. Detected by its byte-order mark (RFC 8259 allows UTF-8 without one).
enum class Encoding { utf8, utf8_bom, utf16le_bom, utf16be_bom };

Encoding detect_encoding(BytesView file);

// The text of a file in document memory, without its mark. Where the file cannot be decoded, `problem`
// says why and `text` ends there. UTF-8 is not checked.
struct DecodedText {
   SecretBytes text;
   std::string problem;
};

DecodedText decode_text(BytesView file, Encoding encoding);

// The reverse, byte for byte: mark and text. `text` is UTF-8; throws Error(internal) when it is not and
// the encoding is another.
SecretBytes encode_text(std::string_view text, Encoding encoding);

} // namespace keyseat

#endif
