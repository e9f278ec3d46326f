// SPDX-License-Identifier: Apache-2.0
#include "config/comments.h"

#include <keyseat/sdk/jose/json.h>

#include <algorithm>

namespace keyseat {
namespace {

// Where the string that begins at `at` ends: behind its closing quote. A string that does not end on
// its line is no JSON, which the reader reports; here it ends with the line.
std::size_t end_of_string(std::string_view text, std::size_t at) {
   for (++at; at < text.size() && text[at] != '\n'; ++at) {
      if (text[at] == '"') return at + 1;
      if (text[at] == '\\') ++at;
   }
   return std::min(at, text.size());
}

// Where the comment that begins at `at` ends; `at` itself when none does.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
   const std::string_view opening = text.substr(at, 2);
   if (opening == "//") return std::min(text.find_first_of("\r\n", at), text.size());
   if (opening != "/*") return at;
   const std::size_t closing = text.find("*/", at + 2);
   if (closing == std::string_view::npos) {
      throw sdk::jose::JsonError(at, "a comment does not end: */ is missing");
   }
   return closing + 2;
}

} // namespace

std::string blank_comments(std::string_view text) {
   std::string blanked(text);
   for (std::size_t at = 0; at < text.size();) {
      if (text[at] == '"') {
         at = end_of_string(text, at);
         continue;
      }
      const std::size_t end = end_of_comment(text, at);
      if (end == at) {
         ++at;
         continue;
      }
      for (; at < end; ++at) {
         if (text[at] != '\n' && text[at] != '\r') blanked[at] = ' ';
      }
   }
   return blanked;
}

} // namespace keyseat
