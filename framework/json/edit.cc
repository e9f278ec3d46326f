// SPDX-License-Identifier: Apache-2.0
#include "json/edit.h"

#include <keyseat/error.h>

#include <algorithm>
#include <utility>

namespace keyseat {
namespace {

constexpr std::string_view kSpace = " \t\r\n"; // RFC 8259 section 2

// A member starts with its name, an element with its value.
std::size_t start_of(JsonValue value) {
   const JsonSpan name = value.key_span();
   return name.size() > 0 ? name.begin : value.span().begin;
}

// Where a member of an empty object stands best: between the line break after the brace and the one
// before the other brace, or in the middle of a line. White space around it stays.
std::size_t place_in_empty(std::string_view text, JsonSpan object) {
   const std::size_t begin = object.begin + 1;
   const std::string_view space = text.substr(begin, object.end - 1 - begin);
   std::size_t last = space.find_last_of('\n');
   if (last == std::string_view::npos) return begin + space.size() / 2;
   if (last > 0 && space[last - 1] == '\r') --last;
   const bool between_two = space.substr(0, last).find('\n') != std::string_view::npos;
   return begin + (between_two ? last : 0);
}

// What stands between the name and the value of `member`; `otherwise` where it spans lines or there is
// no name.
std::string_view colon_of(std::string_view text, JsonValue member, std::string_view otherwise) {
   const std::size_t begin = member.key_span().end;
   const std::size_t end = member.span().begin;
   if (member.key_span().size() == 0) return otherwise;
   const std::string_view colon = text.substr(begin, end - begin);
   return colon.find_first_of("\r\n") == std::string_view::npos ? colon : otherwise;
}

// The white space in front of `member`.
std::string_view indentation_of(std::string_view text, JsonValue member) {
   const std::string_view before = text.substr(0, start_of(member));
   const std::size_t last = before.find_last_not_of(kSpace);
   return before.substr(last + 1); // at least the brace of its object stands before it
}

JsonValue last_of(JsonValue object) {
   JsonValue last = object.first();
   for (JsonValue v = last; v.exists(); v = v.next())
      last = v;
   return last;
}

} // namespace

SecretBytes apply_splices(std::string_view text, std::vector<Splice> splices) {
   const auto order = [](const Splice &splice) {
      return std::pair(splice.span.begin, splice.span.size() > 0); // insertions first
   };
   std::stable_sort(splices.begin(), splices.end(),
                    [&](const Splice &a, const Splice &b) { return order(a) < order(b); });

   const auto replacement = [](const Splice &splice) {
      return splice.secret.empty() ? std::string_view(splice.text) : splice.secret;
   };
   std::size_t size = text.size();
   for (const Splice &splice : splices)
      size += replacement(splice).size();

   SecretBytes result(document_memory());
   result.reserve(size);
   std::size_t done = 0;
   for (const Splice &splice : splices) {
      const auto [begin, end] = splice.span;
      if (begin < done || end < begin || end > text.size()) {
         throw Error(ErrorCode::internal, "changes to a text overlap");
      }
      result.append(text.substr(done, begin - done));
      result.append(replacement(splice));
      done = end;
   }
   result.append(text.substr(done));
   return result;
}

std::vector<JsonSpan> spans_without(const std::vector<JsonValue> &members) {
   std::vector<std::size_t> by_place(members.size()); // indices into members, in file order
   for (std::size_t i = 0; i < by_place.size(); ++i)
      by_place[i] = i;
   std::sort(by_place.begin(), by_place.end(), [&](std::size_t a, std::size_t b) {
      return members[a].span().begin < members[b].span().begin;
   });

   std::vector<JsonSpan> spans(members.size());
   bool one_stays = false; // a member before this one
   JsonValue previous;
   auto leaving = by_place.begin();
   JsonValue here = members.empty() ? JsonValue() : members.front().parent().first();
   for (; here.exists() && leaving != by_place.end(); previous = here, here = here.next()) {
      if (here != members[*leaving]) {
         one_stays = true;
         continue;
      }
      JsonSpan &span = spans[*leaving++];
      const JsonValue next = here.next();
      if (one_stays) {
         span = {previous.span().end, here.span().end};
      } else {
         span = {start_of(here), next.exists() ? start_of(next) : here.span().end};
      }
   }
   if (leaving != by_place.end()) {
      throw Error(ErrorCode::internal, "members that leave together are no siblings");
   }
   return spans;
}

Splice append_member(std::string_view text, JsonValue object, std::string_view name,
                     std::string_view value) {
   const JsonValue last = last_of(object);
   Splice splice;
   std::string_view colon;
   if (last.exists()) {
      splice.span = {last.span().end, last.span().end};
      splice.text += ',';
      splice.text += indentation_of(text, last);
      colon = colon_of(text, last, ": ");
   } else {
      const std::size_t place = place_in_empty(text, object.span());
      splice.span = {place, place};
      colon = colon_of(text, object, ": ");
   }
   splice.text += sdk::jose::json_quote(name);
   splice.text += colon;
   splice.text += value;
   return splice;
}

} // namespace keyseat
