// SPDX-License-Identifier: Apache-2.0
#include "config/value_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "base/nearest_name.h"
#include "base/path_text.h"
#include "base/text.h"

namespace keyseat {
namespace {

constexpr std::int64_t kLargestInteger = std::int64_t{1} << 53; // every double up to here is exact

std::string_view kind_name(JsonKind kind) {
   switch (kind) {
      case JsonKind::null:
         return "null";
      case JsonKind::boolean:
         return "true or false";
      case JsonKind::number:
         return "a number";
      case JsonKind::string:
         return "a string";
      case JsonKind::array:
         return "an array";
      case JsonKind::object:
         return "an object";
   }
   return "something else";
}

} // namespace

std::filesystem::path ValueReader::path(std::string_view text) const {
   return (folder() / path_of_text(text)).lexically_normal();
}

void ValueReader::wrong(JsonValue value, std::string message, std::string hint) {
   mistakes_.add(source_.place(value), std::move(message), std::move(hint));
}

void ValueReader::wrong_name(JsonValue member, std::string message, std::string hint) {
   mistakes_.add(source_.place_of_name(member), std::move(message), std::move(hint));
}

std::string ValueReader::describe(JsonValue value) const {
   if (value == source_.root()) return "the configuration";
   if (value.parent().is(JsonKind::array)) return "an element of " + describe(value.parent());
   return fmt::format("'{}'", printable(value.name()));
}

bool ValueReader::members(JsonValue object, const std::vector<MemberReader> &readers) {
   if (!is(object, JsonKind::object)) return false;
   for (JsonValue member = object.first(); member.exists(); member = member.next()) {
      const std::string name = member.name();
      const auto reader = std::find_if(readers.begin(), readers.end(),
                                       [&](const MemberReader &r) { return r.name == name; });
      if (reader != readers.end()) {
         reader->read(member);
         continue;
      }
      std::vector<std::string> names;
      names.reserve(readers.size());
      for (const MemberReader &known : readers)
         names.push_back(known.name);
      std::string hint = did_you_mean(name, names);
      if (hint.empty()) hint = fmt::format("known here: {}", fmt::join(names, ", "));
      wrong_name(member, fmt::format("unknown member '{}'", printable(name)), std::move(hint));
   }
   return true;
}

bool ValueReader::is(JsonValue value, JsonKind kind) {
   if (value.is(kind)) return true;
   wrong(value, fmt::format("{} should be {}, and is {}", describe(value), kind_name(kind),
                            kind_name(value.kind())));
   return false;
}

std::optional<std::string> ValueReader::text(JsonValue value) {
   if (!is(value, JsonKind::string)) return std::nullopt;
   std::string text = value.public_text();
   if (text.empty()) {
      wrong(value, describe(value) + " is empty");
      return std::nullopt;
   }
   if (text.find('\0') != std::string::npos) {
      wrong(value, describe(value) + " holds a NUL character");
      return std::nullopt;
   }
   return text;
}

std::vector<TextAt> ValueReader::texts(JsonValue value) {
   std::vector<TextAt> texts;
   if (!is(value, JsonKind::array)) return texts;
   for (JsonValue element = value.first(); element.exists(); element = element.next()) {
      std::optional<std::string> element_text = text(element);
      if (!element_text) continue;
      const bool repeated = std::any_of(texts.begin(), texts.end(), [&](const TextAt &other) {
         return other.text == *element_text;
      });
      if (repeated) {
         wrong(element,
               fmt::format("{} has '{}' twice", describe(value), printable(*element_text)));
      } else {
         texts.push_back({std::move(*element_text), source_.place(element)});
      }
   }
   return texts;
}

std::vector<TextAt> ValueReader::text_or_texts(JsonValue value) {
   if (value.is(JsonKind::array)) {
      if (value.size() == 0) wrong(value, describe(value) + " is empty");
      return texts(value);
   }
   if (!value.is(JsonKind::string)) {
      wrong(value, fmt::format("{} should be a string or an array of strings, and is {}",
                               describe(value), kind_name(value.kind())));
      return {};
   }
   std::optional<std::string> alone = text(value);
   if (!alone) return {};
   return {{std::move(*alone), source_.place(value)}};
}

std::optional<std::int64_t> ValueReader::integer(JsonValue value) {
   if (!is(value, JsonKind::number)) return std::nullopt;
   const std::string_view raw = value.raw();
   if (raw.find_first_of(".eE") != std::string_view::npos) {
      wrong(value, describe(value) + " should be an integer, without fraction and exponent");
      return std::nullopt;
   }
   std::int64_t number = 0;
   const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), number);
   if (read.ec != std::errc() || number > kLargestInteger || number < -kLargestInteger) {
      wrong(value, fmt::format("{} is beyond 2^53 ({})", describe(value), kLargestInteger));
      return std::nullopt;
   }
   return number;
}

std::optional<std::string> ValueReader::one_of(JsonValue value,
                                               const std::vector<std::string> &words) {
   if (!is(value, JsonKind::string)) return std::nullopt;
   std::string word = value.public_text();
   if (std::find(words.begin(), words.end(), word) != words.end()) return word;
   wrong(value,
         fmt::format("{} should be one of {}, and is '{}'", describe(value), fmt::join(words, ", "),
                     printable(word)),
         did_you_mean(word, words));
   return std::nullopt;
}

} // namespace keyseat
