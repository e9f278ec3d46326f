// SPDX-License-Identifier: Apache-2.0
//
// SourceText: the text of one configuration file, read once, with the position of every value.

#ifndef KEYSEAT_CONFIG_SOURCE_TEXT_H
#define KEYSEAT_CONFIG_SOURCE_TEXT_H

#include <keyseat/error.h>
#include <keyseat/sdk/jose/json.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/files.h"
#include "json/line_index.h"

namespace keyseat {

using sdk::jose::JsonKind;
using sdk::jose::JsonValue;

// Larger configuration files are refused: 256 KiB.
inline constexpr std::size_t kMaxConfigFile = std::size_t{256} << 10;

// A file's bytes as text. Throws Error(io): not there, not readable, larger than kMaxConfigFile; and what
// `check` throws (base/files.h).
std::string read_text(const std::filesystem::path &file, const FileCheck &check = {});

// JSON in UTF-8, with or without byte-order mark, with comments. Immovable, since values point to it;
// thread-safe once built.
class SourceText {
 public:
   // `file` is absolute; `content` the bytes that stand in it. Throws Error(config_invalid) with line
   // and column for the first thing that is no JSON: a duplicate name is among these.
   SourceText(std::filesystem::path file, std::string_view content);
   SourceText(const SourceText &) = delete;
   SourceText &operator=(const SourceText &) = delete;
   ~SourceText() = default;

   const std::filesystem::path &file() const { return file_; }
   std::string_view text() const { return text_; } // without byte-order mark
   JsonValue root() const { return tree_.root(); }

   Place place(JsonValue value) const;          // of its first character
   Place place_of_name(JsonValue member) const; // of the quote before its name

 private:
   Place place_at(std::size_t offset) const;
   std::string blanked() const;
   sdk::jose::JsonTree tree() const;

   std::filesystem::path file_;
   std::string text_;
   LineIndex lines_;
   std::string blanked_; // what the tree is read from
   sdk::jose::JsonTree tree_;
};

} // namespace keyseat

#endif
