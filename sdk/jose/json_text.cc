// SPDX-License-Identifier: Apache-2.0
#include "json_text.h"

#include <keyseat/sdk/jose/json.h>

#include <algorithm>
#include <array>

namespace keyseat::sdk::jose {
namespace {

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

unsigned hex_value(char c) {
   if (c <= '9') return static_cast<unsigned>(c - '0');
   return static_cast<unsigned>(folded(c) - 'a' + 10);
}

char escaped_control(char letter) {
   switch (letter) {
      case 'b':
         return '\b';
      case 'f':
         return '\f';
      case 'n':
         return '\n';
      case 'r':
         return '\r';
      case 't':
         return '\t';
      default:
         return letter; // quote, backslash, slash
   }
}

int encode_utf8(unsigned code_point, char (&out)[4]) {
   const auto tail = [](unsigned bits) { return static_cast<char>(0x80 | (bits & 0x3f)); };
   if (code_point < 0x80) {
      out[0] = static_cast<char>(code_point);
      return 1;
   }
   if (code_point < 0x800) {
      out[0] = static_cast<char>(0xc0 | code_point >> 6);
      out[1] = tail(code_point);
      return 2;
   }
   if (code_point < 0x10000) {
      out[0] = static_cast<char>(0xe0 | code_point >> 12);
      out[1] = tail(code_point >> 6);
      out[2] = tail(code_point);
      return 3;
   }
   out[0] = static_cast<char>(0xf0 | code_point >> 18);
   out[1] = tail(code_point >> 12);
   out[2] = tail(code_point >> 6);
   out[3] = tail(code_point);
   return 4;
}

// Bytes that stand for themselves in a string: RFC 8785 section 3.2.2.2.
constexpr std::array<bool, 256> kUnescaped = [] {
   std::array<bool, 256> unescaped{};
   for (std::size_t c = 0x20; c < unescaped.size(); ++c)
      unescaped[c] = c != '"' && c != '\\';
   return unescaped;
}();

// Appends `text` quoted to a std::string or to SecretBytes. Runs without escapes go in one piece.
template <class Out>
void quote(Out &out, std::string_view text) {
   constexpr char kDigits[] = "0123456789abcdef";
   const auto put = [&out](std::string_view piece) { out.append(piece); };
   put("\"");
   std::size_t plain = 0;
   for (std::size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (kUnescaped[c]) continue;
      put(text.substr(plain, i - plain));
      plain = i + 1;
      const char *letter = nullptr;
      switch (c) {
         case '"':
            letter = "\\\"";
            break;
         case '\\':
            letter = "\\\\";
            break;
         case '\b':
            letter = "\\b";
            break;
         case '\f':
            letter = "\\f";
            break;
         case '\n':
            letter = "\\n";
            break;
         case '\r':
            letter = "\\r";
            break;
         case '\t':
            letter = "\\t";
            break;
         default:
            break;
      }
      const char code[] = {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15], '\0'};
      put(letter != nullptr ? letter : code);
   }
   put(text.substr(plain));
   put("\"");
}

} // namespace

std::string_view JsonUnescaper::next_piece() {
   const std::string_view plain = rest_.substr(0, rest_.find('\\'));
   rest_.remove_prefix(plain.size());
   if (!plain.empty() || rest_.empty()) return plain;
   decode_escape();
   pending_at_ = pending_size_;
   return {pending_, static_cast<std::size_t>(pending_size_)};
}

void JsonUnescaper::decode_escape() {
   const char letter = rest_[1];
   rest_.remove_prefix(2);
   pending_at_ = 0;
   if (letter != 'u') {
      pending_[0] = escaped_control(letter);
      pending_size_ = 1;
      return;
   }
   unsigned code_point = take_hex();
   if (code_point >= 0xd800 && code_point < 0xdc00) {
      rest_.remove_prefix(2); // the second half of a pair follows; the reader has made sure
      code_point = 0x10000 + ((code_point - 0xd800) << 10) + (take_hex() - 0xdc00);
   }
   pending_size_ = encode_utf8(code_point, pending_);
}

unsigned JsonUnescaper::take_hex() {
   unsigned value = 0;
   for (int i = 0; i < 4; ++i)
      value = value << 4 | hex_value(rest_[static_cast<std::size_t>(i)]);
   rest_.remove_prefix(4);
   return value;
}

std::size_t json_decoded_size(std::string_view inner) {
   JsonUnescaper text(inner);
   std::size_t size = 0;
   for (auto piece = text.next_piece(); !piece.empty(); piece = text.next_piece())
      size += piece.size();
   return size;
}

bool json_string_stands_for(std::string_view inner, bool escaped, std::string_view text,
                            bool fold) {
   if (!escaped) {
      const auto is_same = [fold](char a, char b) {
         return a == b || (fold && folded(a) == folded(b));
      };
      return std::equal(inner.begin(), inner.end(), text.begin(), text.end(), is_same);
   }
   JsonUnescaper characters(inner);
   char c = 0;
   for (const char expected : text) {
      if (!characters.next(c)) return false;
      if (c != expected && !(fold && folded(c) == folded(expected))) return false;
   }
   return !characters.next(c);
}

bool json_strings_equal(std::string_view inner_a, std::string_view inner_b) {
   JsonUnescaper characters_a(inner_a);
   JsonUnescaper characters_b(inner_b);
   char a = 0;
   char b = 0;
   while (characters_a.next(a)) {
      if (!characters_b.next(b) || a != b) return false;
   }
   return !characters_b.next(b);
}

std::string json_quote(std::string_view text) {
   std::string out;
   out.reserve(text.size() + 2);
   quote(out, text);
   return out;
}

void json_quote_to(SecretBytes &out, std::string_view text) { quote(out, text); }

} // namespace keyseat::sdk::jose
