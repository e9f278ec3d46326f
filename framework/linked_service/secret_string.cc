// SPDX-License-Identifier: Apache-2.0

#include "linked_service/secret_string.h"

#include <charconv>

namespace keyseat {

namespace {

// One character of a JSON string: how long it is as written, and decoded to UTF-8.
struct Step {
   std::size_t raw = 1;
   std::size_t decoded = 1;
};

Step step_at(std::string_view raw, std::size_t at) {
   if (raw[at] != '\\') return {};
   if (raw[at + 1] != 'u') return {2, 1};
   unsigned unit = 0;
   std::from_chars(raw.data() + at + 2, raw.data() + at + 6, unit, 16);
   if (unit >= 0xd800 && unit <= 0xdbff)
      return {12, 4}; // a surrogate pair; the reader took no half
   return {6, unit < 0x80 ? std::size_t{1} : unit < 0x800 ? std::size_t{2} : std::size_t{3}};
}

} // namespace

SecretBytes without_spans(std::string_view text, const std::vector<TextSpan> &spans) {
   SecretBytes rest(document_memory());
   rest.reserve(text.size());
   std::size_t at = 0;
   for (const TextSpan &span : spans) {
      rest.append(text.substr(at, span.begin - at));
      at = span.end;
   }
   rest.append(text.substr(at));
   return rest;
}

std::string json_without_spans(JsonValue string, const std::vector<TextSpan> &cut) {
   const std::string_view raw = string.raw();
   std::string rest = "\"";
   auto span = cut.begin();
   std::size_t decoded = 0;
   for (std::size_t at = 1; at + 1 < raw.size();) {
      const Step step = step_at(raw, at);
      while (span != cut.end() && decoded >= span->end)
         ++span;
      const bool is_cut = span != cut.end() && decoded >= span->begin;
      if (!is_cut) rest += raw.substr(at, step.raw);
      at += step.raw;
      decoded += step.decoded;
   }
   return rest += '"';
}

} // namespace keyseat
