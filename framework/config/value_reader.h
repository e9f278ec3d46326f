// SPDX-License-Identifier: Apache-2.0
//
// ValueReader: reads values of one configuration file as what they should be, and collects a mistake,
// with its place, for each that is not.

#ifndef KEYSEAT_CONFIG_VALUE_READER_H
#define KEYSEAT_CONFIG_VALUE_READER_H

#include <keyseat/config.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/mistakes.h"
#include "config/source_text.h"

namespace keyseat {

// A text, and where it stands.
struct TextAt {
   std::string text;
   Place place;
};

// A member that an object may have, and what reads its value.
struct MemberReader {
   std::string name;
   std::function<void(JsonValue)> read;
};

class ValueReader {
 public:
   ValueReader(const SourceText &source, ConfigLayer layer, Mistakes &mistakes)
         : source_(source), layer_(layer), mistakes_(mistakes) {}

   const SourceText &source() const { return source_; }
   ConfigLayer layer() const { return layer_; }
   std::filesystem::path folder() const { return source_.file().parent_path(); }

   // A path as this file means it: absolute, relative ones starting at the file's folder.
   std::filesystem::path path(std::string_view text) const;

   // A mistake at a value, or at the name of a member.
   void wrong(JsonValue value, std::string message, std::string hint = {});
   void wrong_name(JsonValue member, std::string message, std::string hint = {});

   // "'protect'", "an element of 'protect'", "the configuration": what messages call a value.
   std::string describe(JsonValue value) const;

   // Reads an object's members, each by its reader. Other members, and a value that is no object, are
   // mistakes; false for the latter.
   bool members(JsonValue object, const std::vector<MemberReader> &readers);

   // None after a mistake. A text is not empty and holds no NUL; texts are not repeated.
   bool is(JsonValue value, JsonKind kind);
   std::optional<std::string> text(JsonValue value);
   std::vector<TextAt> texts(JsonValue value);           // of an array
   std::vector<TextAt> text_or_texts(JsonValue value);   // of an array with elements, or one alone
   std::optional<std::int64_t> integer(JsonValue value); // within 2^53 of 0
   std::optional<std::string> one_of(JsonValue value, const std::vector<std::string> &words);

 private:
   const SourceText &source_;
   ConfigLayer layer_;
   Mistakes &mistakes_;
};

} // namespace keyseat

#endif
