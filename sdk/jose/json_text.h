// SPDX-License-Identifier: Apache-2.0
//
// The characters of a JSON string, decoded one by one or in pieces, so that strings are compared, hashed
// and copied without an intermediate copy.

#ifndef KEYSEAT_SDK_JOSE_JSON_TEXT_H
#define KEYSEAT_SDK_JOSE_JSON_TEXT_H

#include <string_view>

namespace keyseat::sdk::jose {

// Yields the UTF-8 bytes that a valid JSON string stands for. `inner` is the text between its quotes.
class JsonUnescaper {
 public:
   explicit JsonUnescaper(std::string_view inner) : rest_(inner) {}

   // False at the end.
   bool next(char &c) {
      if (pending_at_ == pending_size_) {
         if (rest_.empty()) return false;
         if (rest_.front() != '\\') {
            c = rest_.front();
            rest_.remove_prefix(1);
            return true;
         }
         decode_escape();
      }
      c = pending_[pending_at_++];
      return true;
   }

   // The same in pieces, for copies: an escape, or all up to the next one. Empty at the end. Valid until
   // the next call; not between calls of the other function.
   std::string_view next_piece();

 private:
   void decode_escape();
   unsigned take_hex();

   std::string_view rest_;
   char pending_[4] = {}; // of a decoded escape
   int pending_at_ = 0;
   int pending_size_ = 0;
};

// Number of bytes that a valid JSON string stands for.
std::size_t json_decoded_size(std::string_view inner);

// Whether a valid JSON string stands for `text`; `escaped` says whether it holds a backslash, `fold`
// takes ASCII letters without regard to case.
bool json_string_stands_for(std::string_view inner, bool escaped, std::string_view text, bool fold);

// The same. Most strings that are compared differ in size already; an escape is longer than what it
// stands for.
inline bool json_string_is(std::string_view inner, bool escaped, std::string_view text, bool fold) {
   const bool fits = escaped ? inner.size() > text.size() : inner.size() == text.size();
   return fits && json_string_stands_for(inner, escaped, text, fold);
}

// Whether two valid JSON strings stand for the same text.
bool json_strings_equal(std::string_view inner_a, std::string_view inner_b);

} // namespace keyseat::sdk::jose

#endif
