// SPDX-License-Identifier: Apache-2.0

#include "linked_service/adonet_sql.h"

#include "linked_service/expression.h"
#include "linked_service/secret_name.h"
#include "linked_service/value_shape.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <string>

namespace keyseat {

namespace {

// One pair: the text between two separators.
struct Pair {
   std::size_t begin = 0; // after the separator before it
   std::size_t end = 0;   // after its own separator
   bool has_separator = false;
   std::string_view keyword;
   std::string_view value; // without quotes and white space around it
};

// The length of the white-space character at `at` (.NET's Char.IsWhiteSpace), in bytes; 0: none.
std::size_t white_length(std::string_view text, std::size_t at) {
   if (at >= text.size()) return 0;
   const char c = text[at];
   if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
   if (static_cast<unsigned char>(c) < 0x80) return 0;
   constexpr std::array<std::string_view, 19> kUnicode = {
         "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
         "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
         "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
   for (const std::string_view white : kUnicode) {
      if (text.substr(at).starts_with(white)) return white.size();
   }
   return 0;
}

// A control character (.NET's Char.IsControl) that is no white space.
bool is_control(std::string_view text, std::size_t at) {
   const auto c = static_cast<unsigned char>(text[at]);
   if (c == 0xc2 && at + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[at + 1]);
      return next >= 0x80 && next <= 0x9f && next != 0x85;
   }
   return (c < 0x20 && (c < '\t' || c > '\r')) || c == 0x7f;
}

// Reads pair after pair. Every function returns false for text that does not parse.
class AdoNetReader {
 public:
   explicit AdoNetReader(std::string_view text) : text_(text) {}

   bool at_end() const { return at_ >= text_.size(); }

   // Skips empty pairs and white space before the next pair. `begin` is where that pair begins.
   void skip_to_pair(Pair &pair) {
      pair.begin = at_;
      while (!at_end()) {
         const std::size_t white = white_length(text_, at_);
         if (white == 0 && text_[at_] != ';') return;
         at_ += white == 0 ? 1 : white;
         if (white == 0) pair.begin = at_;
      }
   }

   bool read(Pair &pair) {
      if (!read_keyword(pair)) return false;
      skip_white();
      if (!at_end() && (text_[at_] == '\'' || text_[at_] == '"')) {
         if (!read_quoted(pair)) return false;
      } else if (!read_plain(pair)) {
         return false;
      }
      pair.has_separator = !at_end();
      if (pair.has_separator) ++at_;
      pair.end = at_;
      return true;
   }

 private:
   void skip_white() {
      while (const std::size_t length = white_length(text_, at_))
         at_ += length;
   }

   // Moves over one character, or over an interpolation as a whole.
   void step() { at_ += std::max<std::size_t>(interpolation_length(text_, at_), 1); }

   bool read_keyword(Pair &pair) {
      const std::size_t begin = at_;
      for (; !at_end(); step()) {
         if (text_[at_] == '=') {
            if (!text_.substr(at_).starts_with("==")) break;
            ++at_;
         }
         if (text_[at_] == ';' || is_control(text_, at_)) return false;
      }
      if (at_end() || at_ == begin) return false;
      pair.keyword = text_.substr(begin, at_ - begin);
      ++at_;
      return true;
   }

   bool read_quoted(Pair &pair) {
      const char quote = text_[at_];
      const std::size_t begin = ++at_;
      for (;; step()) {
         if (at_end() || text_[at_] == '\0') return false;
         if (text_[at_] != quote) continue;
         if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) break;
         ++at_;
      }
      pair.value = text_.substr(begin, at_ - begin);
      ++at_;
      skip_white();
      return at_end() || text_[at_] == ';';
   }

   bool read_plain(Pair &pair) {
      const std::size_t begin = at_;
      std::size_t end = at_; // after the last character that is no white space
      while (!at_end() && text_[at_] != ';') {
         if (is_control(text_, at_)) return false;
         const std::size_t white = white_length(text_, at_);
         if (white > 0) {
            at_ += white;
         } else {
            step();
            end = at_;
         }
      }
      pair.value = text_.substr(begin, end - begin);
      return !pair.value.ends_with('\'') && !pair.value.ends_with('"');
   }

   std::string_view text_;
   std::size_t at_ = 0;
};

bool is_literal(std::string_view value) {
   return !value.empty() && value != kMask && !is_interpolation(value);
}

// The keywords, and their synonyms, that say where the connection goes.
bool is_destination(std::string_view keyword) {
   std::string name = ascii_lower(keyword);
   std::erase(name, ' ');
   constexpr std::array<std::string_view, 7> kNames = {
         "server",          "datasource",           "address", "addr", "networkaddress",
         "failoverpartner", "enclaveattestationurl"};
   return std::ranges::find(kNames, name) != kNames.end();
}

} // namespace

std::optional<SplitText> split_adonet_sql(std::string_view text) {
   SplitText result;
   AdoNetReader reader(text);
   for (Pair pair; reader.skip_to_pair(pair), !reader.at_end();) {
      if (!reader.read(pair)) return std::nullopt;
      if (has_interpolation(pair.value)) {
         result.has_expression = true;
         result.is_redirectable |= is_destination(pair.keyword);
      }
      if (!is_secret_name(pair.keyword)) continue;
      if (!is_literal(pair.value)) {
         result.spells_secret |= has_string_literal(pair.value);
         continue;
      }
      std::size_t begin = pair.begin;
      // The last pair has no separator of its own: the one before it goes, unless it is gone.
      const bool is_gone = !result.secrets.empty() && result.secrets.back().end == begin;
      if (!pair.has_separator && begin > 0 && !is_gone) --begin;
      result.secrets.push_back({begin, pair.end});
   }
   return result;
}

} // namespace keyseat
