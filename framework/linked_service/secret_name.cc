// SPDX-License-Identifier: Apache-2.0

#include "linked_service/secret_name.h"

#include "linked_service/expression.h"
#include "linked_service/value_shape.h"

#include <algorithm>
#include <array>
#include <string>

namespace keyseat {

namespace {

constexpr std::array<std::string_view, 5> kWholeNames = {"sig", "signature", "pfx", "jwt", "psw"};

constexpr std::array<std::string_view, 16> kEndings = {
      "password",    "passwd",     "pwd",      "passphrase",  "passcode", "secret",
      "token",       "key",        "apikeys",  "pass",        "creds",    "credential",
      "credentials", "credstring", "certdata", "embeddedcert"};

// Names that end like a secret and are none.
constexpr std::array<std::string_view, 9> kPublicEndings = {
      "publickey", "primarykey", "partitionkey", "foreignkey", "rowkey",
      "sortkey",   "hostkey",    "columnkey",    "bypass"};

constexpr std::size_t kLongestName = [] {
   std::size_t longest = 0;
   for (const std::string_view name : kWholeNames)
      longest = std::max(longest, name.size());
   for (const std::string_view name : kEndings)
      longest = std::max(longest, name.size());
   for (const std::string_view name : kPublicEndings)
      longest = std::max(longest, name.size());
   return longest;
}();

// What counts of a name: its last ASCII letters and digits, in lower case. One more than the names above
// have, so that a longer name is none of them.
std::string folded_end(std::string_view name) {
   std::string result(kLongestName + 1, '\0');
   std::size_t begin = result.size();
   for (; begin > 0 && !name.empty(); name.remove_suffix(1)) {
      const char c = name.back();
      if (c >= 'A' && c <= 'Z') {
         result[--begin] = static_cast<char>(c - 'A' + 'a');
      } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
         result[--begin] = c;
      }
   }
   return result.substr(begin);
}

// The value that follows a keyword: to the next separator.
std::string_view value_at(std::string_view text, std::size_t at) {
   return text.substr(at, find_outside_interpolations(text, ";&", at) - at);
}

// The text without the spaces around it.
std::string_view without_spaces(std::string_view text) {
   constexpr std::string_view kSpaces = " \t";
   text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
   return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

// The text without the quotes or braces around it, or without the one that opens a longer value.
std::string_view without_quotes(std::string_view text) {
   constexpr std::string_view kOpening = "'\"{";
   constexpr std::string_view kClosing = "'\"}";
   const std::size_t quote = text.empty() ? std::string_view::npos : kOpening.find(text.front());
   if (quote == std::string_view::npos) return text;
   text.remove_prefix(1);
   if (text.ends_with(kClosing[quote])) text.remove_suffix(1);
   return without_spaces(text);
}

// Text that is glued to a mask or to an interpolation makes a literal of the whole.
bool is_literal_value(std::string_view value) {
   value = without_quotes(without_spaces(value));
   return !value.empty() && value != kMask && !is_interpolation(value);
}

// An expression that has a string of its own in the place of a value.
bool spells_out(std::string_view value) {
   value = without_quotes(without_spaces(value));
   return is_interpolation(value) && has_string_literal(value);
}

bool has_secret_keyword(std::string_view text, bool (*is_wanted)(std::string_view value)) {
   constexpr std::string_view kBounds = ";&?,='\"({";
   for (std::size_t at = text.find('='); at != std::string_view::npos;
        at = text.find('=', at + 1)) {
      const std::size_t bound =
            at == 0 ? std::string_view::npos : text.find_last_of(kBounds, at - 1);
      const std::size_t begin = bound == std::string_view::npos ? 0 : bound + 1;
      if (is_secret_name(text.substr(begin, at - begin)) && is_wanted(value_at(text, at + 1))) {
         return true;
      }
   }
   return false;
}

bool has_uri_password(std::string_view text) {
   for (std::size_t at = text.find("://"); at != std::string_view::npos;
        at = text.find("://", at + 3)) {
      const std::size_t begin = at + 3;
      const std::string_view authority =
            text.substr(begin, text.find_first_of("/?# \t\r\n", begin) - begin);
      const std::size_t user_end = authority.rfind('@');
      if (user_end == std::string_view::npos) continue;
      const std::string_view user = authority.substr(0, user_end);
      const std::size_t colon = user.find(':');
      if (colon != std::string_view::npos && is_literal_value(user.substr(colon + 1))) return true;
   }
   return false;
}

} // namespace

bool is_secret_name(std::string_view name) {
   const std::string text = folded_end(name);
   if (text.empty()) return false;
   const auto ends = [&](std::string_view ending) {
      return text.back() == ending.back() && text.ends_with(ending);
   };
   if (std::ranges::any_of(kPublicEndings, ends)) return false;
   return std::ranges::find(kWholeNames, text) != kWholeNames.end() ||
          std::ranges::any_of(kEndings, ends);
}

bool names_its_secret(std::string_view text) {
   return has_secret_keyword(text, &is_literal_value) || has_uri_password(text);
}

bool spells_its_secret(std::string_view text) { return has_secret_keyword(text, &spells_out); }

} // namespace keyseat
