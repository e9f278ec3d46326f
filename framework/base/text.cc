// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <vector>

#include "base/utf8.h"

namespace keyseat {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

char32_t lower(char32_t c) { return c >= U'A' && c <= U'Z' ? c - U'A' + U'a' : c; }

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

// Characters that change the direction or the line of what stands behind them.
bool steers_layout(char32_t c) {
   return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
          (c >= 0x2066 && c <= 0x2069);
}

struct GlobToken {
   enum Kind : std::uint8_t { literal, one, run, any_run };
   Kind kind;
   char32_t character = 0;
};

// The next character of a text; a byte that is no UTF-8 counts as one, different from all others.
char32_t next_character(std::string_view text, std::size_t &offset) {
   const auto byte = static_cast<unsigned char>(text[offset]);
   const char32_t c = next_code_point(text, offset);
   return c == kNoCodePoint ? 0x80000000 | byte : c;
}

std::vector<GlobToken> glob_tokens(std::string_view pattern) {
   std::vector<GlobToken> tokens;
   for (std::size_t at = 0; at < pattern.size();) {
      const char32_t c = next_character(pattern, at);
      if (c == U'?') {
         tokens.push_back({GlobToken::one});
      } else if (c != U'*') {
         tokens.push_back({GlobToken::literal, c});
      } else if (at < pattern.size() && pattern[at] == '*') {
         ++at;
         tokens.push_back({GlobToken::any_run});
      } else {
         tokens.push_back({GlobToken::run});
      }
   }
   return tokens;
}

bool takes(const GlobToken &token, char32_t c, bool no_case) {
   switch (token.kind) {
      case GlobToken::literal:
         return no_case ? lower(token.character) == lower(c) : token.character == c;
      case GlobToken::one:
      case GlobToken::run:
         return c != U'/';
      case GlobToken::any_run:
         return true;
   }
   return false;
}

} // namespace

std::string printable(std::string_view text) {
   std::string out;
   out.reserve(text.size());
   for (std::size_t at = 0; at < text.size();) {
      const std::size_t start = at;
      const char32_t c = next_code_point(text, at);
      if (c == kNoCodePoint || c < 0x20 || c == 0x7F) {
         fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                        static_cast<unsigned char>(text[start]));
      } else if (is_control(c) || steers_layout(c)) {
         fmt::format_to(std::back_inserter(out), "\\u{{{:04x}}}", static_cast<std::uint32_t>(c));
      } else {
         out.append(text.substr(start, at - start));
      }
   }
   return out;
}

std::string cut_short(std::string text, std::size_t most) {
   if (text.size() <= most) return text;
   while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80)
      --most;
   return text.substr(0, most) + "...";
}

std::string quoted_name(std::string_view name) {
   constexpr std::size_t kMostShown = 80;
   return "'" + cut_short(printable(name), kMostShown) + "'";
}

std::string printable_list(const std::vector<std::string> &texts) {
   std::string list;
   for (const std::string &text : texts)
      list += (list.empty() ? "" : ", ") + printable(text);
   return list;
}

std::string ascii_lower(std::string_view text) {
   std::string out(text);
   for (char &c : out)
      c = lower(c);
   return out;
}

bool equal_no_case(std::string_view a, std::string_view b) {
   return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                     [](char x, char y) { return lower(x) == lower(y); });
}

bool less_no_case(std::string_view a, std::string_view b) {
   return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                       [](char x, char y) { return lower(x) < lower(y); });
}

// Simulates the pattern as a nondeterministic automaton: reached[i] says that the text so far is
// matched by the first i tokens.
bool matches_glob(std::string_view text, std::string_view pattern, bool no_case) {
   const std::vector<GlobToken> tokens = glob_tokens(pattern);
   const auto repeats = [&](std::size_t i) { return tokens[i].kind >= GlobToken::run; };

   std::vector<std::uint8_t> reached(tokens.size() + 1, 0);
   reached[0] = 1;
   for (std::size_t i = 0; i < tokens.size() && repeats(i); ++i)
      reached[i + 1] = 1;

   for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_character(text, at);
      std::vector<std::uint8_t> next(tokens.size() + 1, 0);
      for (std::size_t i = 0; i < tokens.size(); ++i) {
         if (reached[i] != 0 && takes(tokens[i], c, no_case)) next[repeats(i) ? i : i + 1] = 1;
         if (next[i] != 0 && repeats(i)) next[i + 1] = 1; // a run may be empty
      }
      reached.swap(next);
   }
   return reached[tokens.size()] != 0;
}

std::string utc_text(std::int64_t seconds) {
   constexpr std::int64_t kYear10000 = 253'402'300'800;
   if (seconds <= 0 || seconds >= kYear10000) return {};
   const std::chrono::sys_seconds when{std::chrono::seconds(seconds)};
   const auto midnight = std::chrono::floor<std::chrono::days>(when);
   const std::chrono::year_month_day date(midnight);
   const std::chrono::hh_mm_ss time(when - midnight);
   return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      time.hours().count(), time.minutes().count(), time.seconds().count());
}

} // namespace keyseat
