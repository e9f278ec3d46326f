// SPDX-License-Identifier: Apache-2.0
#include "json_reader.h"

#include "json_text.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace keyseat::sdk::jose {
namespace {

bool is_digit(int c) { return c >= '0' && c <= '9'; }

int hex_value(int c) {
   if (is_digit(c)) return c - '0';
   if (c >= 'a' && c <= 'f') return c - 'a' + 10;
   if (c >= 'A' && c <= 'F') return c - 'A' + 10;
   return -1;
}

// Size of the UTF-8 sequence at the start of `text` (RFC 3629 section 4); 0: invalid.
std::size_t utf8_size(std::string_view text) {
   const auto at = [text](std::size_t i) -> unsigned {
      return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
   };
   const auto is_tail = [&at](std::size_t i) { return at(i) >= 0x80 && at(i) <= 0xbf; };
   const unsigned lead = at(0);
   if (lead < 0x80) return 1;
   if (lead >= 0xc2 && lead <= 0xdf) return is_tail(1) ? 2 : 0;
   if (lead >= 0xe0 && lead <= 0xef) {
      const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;  // shorter forms exist below
      const unsigned high = lead == 0xed ? 0x9f : 0xbf; // surrogates above
      return at(1) >= low && at(1) <= high && is_tail(2) ? 3 : 0;
   }
   if (lead >= 0xf0 && lead <= 0xf4) {
      const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
      const unsigned high = lead == 0xf4 ? 0x8f : 0xbf; // U+10FFFF is the last one
      return at(1) >= low && at(1) <= high && is_tail(2) && is_tail(3) ? 4 : 0;
   }
   return 0;
}

// Characters of a string that stand for themselves and are one byte.
constexpr std::array<bool, 256> kPlain = [] {
   std::array<bool, 256> plain{};
   for (std::size_t c = 0x20; c < 0x80; ++c)
      plain[c] = c != '"' && c != '\\';
   return plain;
}();

// Whether one of eight bytes is no plain character. A difference has the high bit of a byte, where the
// minuend has not, exactly when some byte is below the limit (S. E. Anderson, Bit Twiddling Hacks).
bool has_other_than_plain(std::uint64_t bytes) {
   constexpr std::uint64_t kOnes = 0x0101010101010101;
   constexpr std::uint64_t kHighs = 0x80 * kOnes;
   const auto below = [](std::uint64_t word, std::uint64_t limit) {
      return (word - limit * kOnes) & ~word;
   };
   const std::uint64_t ends = bytes | below(bytes, 0x20) | below(bytes ^ '"' * kOnes, 1) |
                              below(bytes ^ '\\' * kOnes, 1);
   return (ends & kHighs) != 0;
}

// The number of plain characters that `text` begins with.
std::size_t plain_size(std::string_view text) {
   std::size_t size = 0;
   for (std::uint64_t bytes = 0; text.size() - size >= sizeof bytes; size += sizeof bytes) {
      std::memcpy(&bytes, text.data() + size, sizeof bytes);
      if (has_other_than_plain(bytes)) break;
   }
   while (size < text.size() && kPlain[static_cast<unsigned char>(text[size])])
      ++size;
   return size;
}

// Most texts have no more values than this. So many nodes are just small enough for
// the quick part of glibc's allocator (1032 bytes).
constexpr std::size_t kUsualNodes = 28;

} // namespace

JsonReader::JsonReader(JsonTree &tree) : text_(tree.text_), nodes_(tree.nodes_) {
   nodes_.reserve(kUsualNodes);
}

void JsonReader::read() {
   if (text_.size() > UINT32_MAX) throw JsonError(UINT32_MAX, "the text is 4 GiB or larger");
   if (text_.substr(0, 3) == "\xef\xbb\xbf") fail("the text begins with a byte order mark");
   skip_space();
   read_value(Node{});
   while (depth_ > 0)
      read_next_in_container();
   skip_space();
   if (at_ < text_.size()) fail("text follows after the value");
}

// Reads one element or member of the innermost container, or its end.
void JsonReader::read_next_in_container() {
   const Level level = innermost();
   const bool is_object = nodes_[level.container].kind == JsonKind::object;
   skip_space();
   if (peek() == (is_object ? '}' : ']')) return close_container();
   if (level.last != kNone) {
      expect(',', is_object ? "a comma or a closing brace is missing"
                            : "a comma or a closing bracket is missing");
      skip_space();
   }
   read_value(is_object ? read_name() : Node{});
}

// A node that knows its name. Leaves the reader at the value.
JsonReader::Node JsonReader::read_name() {
   if (peek() != '"') fail("a member name is missing");
   Node node{};
   node.key_begin = position();
   node.key_escaped = read_string();
   node.key_end = position();
   if (!is_new_name(node))
      throw JsonError(node.key_begin, "the object has a member of this name already");
   skip_space();
   expect(':', "a colon is missing after the member name");
   skip_space();
   return node;
}

std::string_view JsonReader::inner_name(const Node &node) const {
   return text_.substr(node.key_begin + 1, node.key_end - node.key_begin - 2);
}

// A few names are compared one by one; more of them go into a set.
bool JsonReader::is_new_name(const Node &name) {
   const std::uint32_t container = innermost().container;
   const std::uint32_t members = nodes_[container].size;
   if (members > kFewMembers) return names_.insert(container, inner_name(name));
   for (std::uint32_t i = nodes_[container].first; i != kNone; i = nodes_[i].next) {
      const bool is_same = name.key_escaped || nodes_[i].key_escaped
                                 ? json_strings_equal(inner_name(nodes_[i]), inner_name(name))
                                 : inner_name(nodes_[i]) == inner_name(name);
      if (is_same) return false;
      if (members == kFewMembers) names_.insert(container, inner_name(nodes_[i]));
   }
   return members < kFewMembers || names_.insert(container, inner_name(name));
}

void JsonReader::read_value(Node node) {
   node.begin = position();
   node.first = kNone;
   const int c = peek();
   if (c == '{' || c == '[') {
      if (depth_ == levels_.size()) fail("arrays and objects are nested too deeply");
      ++at_;
      node.kind = c == '{' ? JsonKind::object : JsonKind::array;
      const Level level = {link(node), kNone};
      levels_[depth_++] = level;
      return;
   }
   if (c == '"') {
      node.kind = JsonKind::string;
      node.escaped = read_string();
   } else if (c == '-' || is_digit(c)) {
      node.kind = JsonKind::number;
      read_number();
   } else if (c == 't' || c == 'f') {
      node.kind = JsonKind::boolean;
      read_literal(c == 't' ? "true" : "false");
   } else if (c == 'n') {
      node.kind = JsonKind::null;
      read_literal("null");
   } else {
      fail("a value is missing");
   }
   node.end = position();
   link(node);
}

// Adds a node below the innermost container, and returns its index.
std::uint32_t JsonReader::link(const Node &node) {
   const auto index = static_cast<std::uint32_t>(nodes_.size());
   nodes_.push_back(node);
   nodes_.back().next = kNone;
   nodes_.back().parent = kNone;
   if (depth_ == 0) return index;
   Level &level = innermost();
   Node &container = nodes_[level.container];
   nodes_.back().parent = level.container;
   (level.last == kNone ? container.first : nodes_[level.last].next) = index;
   ++container.size;
   level.last = index;
   return index;
}

void JsonReader::close_container() {
   ++at_;
   nodes_[innermost().container].end = position();
   --depth_;
}

bool JsonReader::read_string() {
   bool escaped = false;
   ++at_;
   for (;;) {
      at_ += plain_size(text_.substr(at_));
      const int c = peek();
      if (c == '"') {
         ++at_;
         return escaped;
      }
      if (c == kEnd) fail("a string does not end");
      if (c < 0x20) fail("a control character stands unescaped in a string");
      if (c == '\\') {
         escaped = true;
         read_escape();
      } else {
         read_utf8();
      }
   }
}

void JsonReader::read_escape() {
   const std::size_t escape = at_++;
   const int letter = peek();
   if (letter == kEnd) fail("a string does not end");
   if (std::string_view("\"\\/bfnrtu").find(static_cast<char>(letter)) == std::string_view::npos)
      throw JsonError(escape, "an escape is unknown");
   ++at_;
   if (letter != 'u') return;
   const unsigned unit = read_hex(escape);
   if (unit < 0xd800 || unit > 0xdfff) return;
   const std::string_view rest = text_.substr(at_, 2);
   if (unit < 0xdc00 && (rest.empty() || rest == "\\")) {
      at_ = text_.size();
      fail("a string does not end");
   }
   if (unit < 0xdc00 && rest == "\\u") {
      const std::size_t second = at_;
      at_ += 2;
      const unsigned low = read_hex(second);
      if (low >= 0xdc00 && low <= 0xdfff) return;
   }
   throw JsonError(escape, "half of a surrogate pair stands alone");
}

unsigned JsonReader::read_hex(std::size_t escape) {
   unsigned value = 0;
   for (int i = 0; i < 4; ++i, ++at_) {
      if (peek() == kEnd) fail("a string does not end");
      const int digit = hex_value(peek());
      if (digit < 0) throw JsonError(escape, "an escape lacks its four hexadecimal digits");
      value = value << 4 | static_cast<unsigned>(digit);
   }
   return value;
}

void JsonReader::read_utf8() {
   const std::size_t size = utf8_size(text_.substr(at_, 4));
   if (size == 0) fail("the text is no valid UTF-8");
   at_ += size;
}

void JsonReader::read_number() {
   if (peek() == '-') ++at_;
   if (peek() == '0') {
      ++at_;
   } else {
      read_digits();
   }
   if (peek() == '.') {
      ++at_;
      read_digits();
   }
   if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      read_digits();
   }
}

void JsonReader::read_digits() {
   if (!is_digit(peek())) fail("a number lacks a digit");
   while (is_digit(peek()))
      ++at_;
}

void JsonReader::read_literal(std::string_view literal) {
   for (const char expected : literal) {
      if (peek() != expected) fail("a value is none of true, false and null");
      ++at_;
   }
}

void JsonReader::skip_space() {
   while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
      ++at_;
}

void JsonReader::expect(char c, const char *message) {
   if (peek() != c) fail(message);
   ++at_;
}

void JsonReader::fail(const char *message) const {
   throw JsonError(at_, at_ < text_.size() ? message : "the text ends too early");
}

} // namespace keyseat::sdk::jose
