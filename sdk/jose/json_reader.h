// SPDX-License-Identifier: Apache-2.0
//
// Reads a JSON text into the nodes of a JsonTree. Iterative: the depth of a text costs no stack.

#ifndef KEYSEAT_SDK_JOSE_JSON_READER_H
#define KEYSEAT_SDK_JOSE_JSON_READER_H

#include "json_names.h"

#include <keyseat/sdk/jose/json.h>

#include <array>
#include <string_view>
#include <vector>

namespace keyseat::sdk::jose {

// Grammar of RFC 8259. The offset of an error is that of the byte at which no valid text can go on;
// for an escape, a UTF-8 sequence and a duplicate name that of its first byte (backslash, lead byte,
// quote); for a text that ends early its size.
class JsonReader {
 public:
   explicit JsonReader(JsonTree &tree);
   void read();

 private:
   using Node = JsonTree::Node;

   // A container that is not closed yet.
   struct Level {
      std::uint32_t container;
      std::uint32_t last; // its latest child; kNone: none yet
   };

   void read_next_in_container();
   void read_value(Node node);
   std::uint32_t link(const Node &node);
   void close_container();
   Node read_name();
   bool is_new_name(const Node &name);
   std::string_view inner_name(const Node &node) const; // as written, without its quotes

   bool read_string(); // returns whether it holds a backslash
   void read_escape();
   unsigned read_hex(std::size_t escape);
   void read_utf8();
   void read_number();
   void read_digits();
   void read_literal(std::string_view literal);

   int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : kEnd; }
   void skip_space();
   void expect(char c, const char *message);
   [[noreturn]] void fail(const char *message) const; // at the present byte
   std::uint32_t position() const { return static_cast<std::uint32_t>(at_); }

   Level &innermost() { return levels_[depth_ - 1]; }

   static constexpr int kEnd = -1;
   static constexpr std::uint32_t kFewMembers = 8;
   static constexpr std::uint32_t kNone = JsonTree::kNone;

   std::string_view text_;
   std::vector<Node> &nodes_;
   std::array<Level, kMaxJsonDepth> levels_{}; // the first `depth_` of them
   std::size_t depth_ = 0;
   JsonNames names_;
   std::size_t at_ = 0;
};

} // namespace keyseat::sdk::jose

#endif
