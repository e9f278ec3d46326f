// SPDX-License-Identifier: Apache-2.0
#include "json/canonical.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/text.h"

namespace keyseat {

using sdk::jose::JsonKind;
using sdk::jose::JsonTree;

namespace {

// -- numbers -----------------------------------------------------------------------------------------

// A decimal number: 0.DIGITS times ten to the power of `point`. No zeros at either end of the digits;
// none at all for zero.
struct Decimal {
   bool negative = false;
   std::string digits;
   std::int64_t point = 0;
   friend bool operator==(const Decimal &, const Decimal &) = default;
};

// The exponent behind "e", at most so large that sums with lengths of texts do not overflow.
std::int64_t read_exponent(std::string_view text) {
   constexpr std::int64_t kMost = std::int64_t{1} << 48;
   const bool negative = text.starts_with('-');
   std::int64_t value = 0;
   for (const char c : text) {
      if (c >= '0' && c <= '9') value = std::min(value * 10 + (c - '0'), kMost);
   }
   return negative ? -value : value;
}

Decimal read_decimal(std::string_view raw) {
   Decimal number;
   number.negative = raw.starts_with('-');
   if (number.negative) raw.remove_prefix(1);

   const std::string_view mantissa = raw.substr(0, raw.find_first_of("eE"));
   const std::string_view whole = mantissa.substr(0, mantissa.find('.'));
   number.digits = whole;
   if (whole.size() < mantissa.size()) number.digits += mantissa.substr(whole.size() + 1);
   number.point = static_cast<std::int64_t>(whole.size());
   if (mantissa.size() < raw.size()) number.point += read_exponent(raw.substr(mantissa.size() + 1));

   const std::size_t first = number.digits.find_first_not_of('0');
   if (first == std::string::npos) return {}; // zero has no sign: RFC 8785 appendix B
   number.digits.erase(number.digits.find_last_not_of('0') + 1);
   number.digits.erase(0, first);
   number.point -= static_cast<std::int64_t>(first);
   return number;
}

// ECMA-262 section 7.1.12.1, steps 6 to 10; `n` and `k` are its names.
std::string ecmascript_layout(const Decimal &number) {
   if (number.digits.empty()) return "0";
   const std::string &digits = number.digits;
   const auto k = static_cast<std::int64_t>(digits.size());
   const std::int64_t n = number.point;
   const auto zeros = [](std::int64_t count) {
      return std::string(static_cast<std::size_t>(count), '0');
   };

   std::string text(number.negative ? 1 : 0, '-');
   if (n >= k && n <= 21) return text.append(digits).append(zeros(n - k));
   if (n > 0 && n <= 21) {
      const auto whole = static_cast<std::size_t>(n);
      return text.append(digits, 0, whole).append(1, '.').append(digits, whole);
   }
   if (n > -6 && n <= 0) return text.append("0.").append(zeros(-n)).append(digits);
   text += digits[0];
   if (k > 1) text.append(1, '.').append(digits, 1);
   return text.append(n > 0 ? "e+" : "e-").append(std::to_string(n > 0 ? n - 1 : 1 - n));
}

// -- names -------------------------------------------------------------------------------------------

// Orders UTF-8 as its UTF-16 form (RFC 8785 section 3.2.3). The two differ in one thing: code points
// from U+10000 (lead bytes F0 to F4) sort before U+E000 to U+FFFF (EE and EF), being surrogates there.
bool utf16_less(std::string_view a, std::string_view b) {
   const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
   if (x == a.end() || y == b.end()) return x == a.end() && y != b.end();
   const auto rank = [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte == 0xEE || byte == 0xEF ? byte + 0x10 : int{byte};
   };
   return rank(*x) < rank(*y);
}

struct Member {
   std::string name;    // as it enters the form
   std::string written; // where that is another one
   JsonValue value;
};

// Names that are one when folded keep an order of their own, that of how they are written.
bool member_less(const Member &a, const Member &b) {
   if (a.name != b.name) return utf16_less(a.name, b.name);
   return utf16_less(a.written, b.written);
}

// -- values ------------------------------------------------------------------------------------------

// A string without escapes is in canonical form as it is written: what has to be escaped is.
bool is_plain(std::string_view written) { return written.find('\\') == std::string_view::npos; }

class Writer {
 public:
   Writer(SecretBytes &out, const CanonicalOptions &options) : out_(out), options_(options) {}

   void write(JsonValue value) {
      switch (value.kind()) {
         case JsonKind::object:
            return write_object(value);
         case JsonKind::array:
            return write_array(value);
         case JsonKind::string:
            return write_string(value);
         case JsonKind::number:
            return out_.append(canonical_number(value.raw()));
         case JsonKind::null:
         case JsonKind::boolean:
            return out_.append(value.raw());
      }
   }

 private:
   bool stays(JsonValue value) const { return !options_.leave_out || !options_.leave_out(value); }

   void write_object(JsonValue object) {
      std::vector<Member> members;
      members.reserve(object.size());
      for (JsonValue v = object.first(); v.exists(); v = v.next()) {
         if (!stays(v)) continue;
         std::string written = v.name();
         if (options_.fold_names) {
            std::string folded = ascii_lower(written);
            members.push_back({std::move(folded), std::move(written), v});
         } else {
            members.push_back({std::move(written), {}, v});
         }
      }
      std::sort(members.begin(), members.end(), member_less);

      std::string_view separator = "{";
      for (const Member &member : members) {
         out_.append(std::exchange(separator, ","));
         sdk::jose::json_quote_to(out_, member.name);
         out_.append(":");
         write(member.value);
      }
      out_.append(members.empty() ? "{}" : "}");
   }

   void write_array(JsonValue array) {
      std::string_view separator;
      out_.append("[");
      for (JsonValue v = array.first(); v.exists(); v = v.next()) {
         out_.append(std::exchange(separator, ","));
         if (stays(v)) {
            write(v);
         } else {
            out_.append("_");
         }
      }
      out_.append("]");
   }

   void write_string(JsonValue string) {
      if (is_plain(string.raw())) return out_.append(string.raw());
      const SecretBytes text = string.secret_text(document_memory());
      sdk::jose::json_quote_to(out_, text.reveal_text());
   }

   SecretBytes &out_;
   const CanonicalOptions &options_;
};

// -- looking -----------------------------------------------------------------------------------------

// Elements and members stand side by side, with one character before, between and behind them.
bool is_canonical_array(JsonValue array) {
   std::size_t at = array.span().begin + 1;
   for (JsonValue v = array.first(); v.exists(); v = v.next()) {
      if (v.span().begin != at || !is_canonical(v)) return false;
      at = v.span().end + 1;
   }
   return array.span().end == at + (array.size() == 0 ? 1 : 0);
}

bool is_canonical_object(JsonValue object) {
   const std::string_view text = object.raw();
   std::size_t at = object.span().begin + 1;
   std::string before;
   for (JsonValue v = object.first(); v.exists(); v = v.next()) {
      const sdk::jose::JsonSpan key = v.key_span();
      if (key.begin != at || v.span().begin != key.end + 1) return false;
      const std::string_view written = text.substr(key.begin - object.span().begin, key.size());
      std::string name = v.name();
      if (v != object.first() && !utf16_less(before, name)) return false;
      if (!is_plain(written) && sdk::jose::json_quote(name) != written) return false;
      if (!is_canonical(v)) return false;
      before = std::move(name);
      at = v.span().end + 1;
   }
   return object.span().end == at + (object.size() == 0 ? 1 : 0);
}

bool is_canonical_string(JsonValue string) {
   return is_plain(string.raw()) || canonical_form(string).reveal_text() == string.raw();
}

} // namespace

bool is_canonical(JsonValue value) {
   switch (value.kind()) {
      case JsonKind::object:
         return is_canonical_object(value);
      case JsonKind::array:
         return is_canonical_array(value);
      case JsonKind::string:
         return is_canonical_string(value);
      case JsonKind::number:
         return canonical_number(value.raw()) == value.raw();
      case JsonKind::null:
      case JsonKind::boolean:
         return true;
   }
   return false;
}

SecretBytes canonical_form(JsonValue value, const CanonicalOptions &options) {
   SecretBytes form(document_memory());
   form.reserve(value.raw().size()); // a good guess: numbers alone can grow
   Writer(form, options).write(value);
   return form;
}

std::string canonical_public(std::string_view json) {
   const JsonTree tree(json);
   const SecretBytes form = canonical_form(tree.root());
   return std::string(form.reveal_text());
}

std::string canonical_number(std::string_view raw) {
   const Decimal written = read_decimal(raw);
   if (written.digits.empty()) return "0";

   double value = 0;
   const auto [stop, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
   if (error != std::errc{} || value == 0) return std::string(raw); // out of range

   std::array<char, 32> buffer{};
   const auto shortest = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                       std::chars_format::scientific);
   const auto size = static_cast<std::size_t>(shortest.ptr - buffer.data());
   if (read_decimal({buffer.data(), size}) != written) return std::string(raw);
   return ecmascript_layout(written);
}

} // namespace keyseat
