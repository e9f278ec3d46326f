// SPDX-License-Identifier: Apache-2.0
#include "config/source_text.h"

#include <keyseat/secret.h>

#include <utility>

#include "base/files.h"
#include "base/path_text.h"
#include "base/utf8.h"
#include "config/comments.h"
#include "json/encoding.h"
#include "json/pointer.h"

namespace keyseat {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view without_byte_order_mark(std::string_view content) {
   const bool marked = content.substr(0, kByteOrderMark.size()) == kByteOrderMark;
   return marked ? content.substr(kByteOrderMark.size()) : content;
}

// The tree sees no comments, so that it would pass a comment that is no UTF-8.
void check_utf8(std::string_view text) {
   for (std::size_t at = 0; at < text.size();) {
      const std::size_t start = at;
      if (next_code_point(text, at) == kNoCodePoint) {
         throw sdk::jose::JsonError(start, "the file is not UTF-8");
      }
   }
}

} // namespace

std::string read_text(const std::filesystem::path &file, const FileCheck &check) {
   // A configuration holds no secret; it only comes the way that all files come.
   const SecretBytes content = read_regular_file(document_memory(), file, kMaxConfigFile, check);
   const DecodedText decoded = decode_text(content, detect_encoding(content));
   if (!decoded.problem.empty())
      throw Error(ErrorCode::config_invalid, decoded.problem).in_file(path_text(file));
   return std::string(decoded.text.reveal_text());
}

SourceText::SourceText(std::filesystem::path file, std::string_view content)
      : file_(std::move(file)),
        text_(without_byte_order_mark(content)),
        lines_(text_),
        blanked_(blanked()),
        tree_(tree()) {}

std::string SourceText::blanked() const {
   try {
      check_utf8(text_);
      return blank_comments(text_);
   } catch (const sdk::jose::JsonError &error) {
      throw Error(ErrorCode::config_invalid, error.what()).at(place_at(error.offset()));
   }
}

sdk::jose::JsonTree SourceText::tree() const {
   try {
      return sdk::jose::JsonTree(blanked_);
   } catch (const sdk::jose::JsonError &error) {
      throw Error(ErrorCode::config_invalid, error.what()).at(place_at(error.offset()));
   }
}

Place SourceText::place(JsonValue value) const {
   Place place = place_at(value.span().begin);
   place.pointer = pointer_to(value, root());
   return place;
}

Place SourceText::place_of_name(JsonValue member) const {
   Place place = place_at(member.key_span().begin);
   place.pointer = pointer_to(member, root());
   return place;
}

Place SourceText::place_at(std::size_t offset) const {
   const LineColumn found = lines_.find(text_, offset);
   return {path_text(file_), found.line, found.column, {}};
}

} // namespace keyseat
