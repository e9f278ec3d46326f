// SPDX-License-Identifier: Apache-2.0

#include "linked_service/pointer_lookup.h"

#include "base/text.h"

#include <unordered_map>

namespace keyseat {

namespace {

// The pointers as a tree of their tokens.
class TokenTree {
 public:
   explicit TokenTree(const std::vector<std::string> &pointers) : found_(pointers.size()) {
      for (std::size_t i = 0; i < pointers.size(); ++i) {
         std::size_t node = 0;
         for (const std::string &token : pointer_tokens(pointers[i]))
            node = child(node, token);
         nodes_[node].wanted.push_back(i);
      }
   }

   std::vector<JsonValue> resolve(JsonValue base) && {
      visit(base, 0);
      return std::move(found_);
   }

 private:
   struct Node {
      std::unordered_map<std::string, std::size_t> children; // by token, in lower case
      std::vector<std::size_t> wanted;                       // pointers that end here
   };

   std::size_t child(std::size_t node, const std::string &token) {
      const auto [place, is_new] = nodes_[node].children.emplace(ascii_lower(token), nodes_.size());
      const std::size_t index = place->second;
      if (is_new) nodes_.emplace_back();
      return index;
   }

   void visit(JsonValue value, std::size_t node) {
      for (const std::size_t i : nodes_[node].wanted)
         found_[i] = value;
      if (nodes_[node].children.empty()) return;
      const bool is_array = value.is(JsonKind::array);
      std::size_t index = 0;
      for (JsonValue v = value.first(); v.exists(); v = v.next()) {
         const std::string token = is_array ? std::to_string(index++) : ascii_lower(v.name());
         const auto next = nodes_[node].children.find(token);
         if (next != nodes_[node].children.end()) visit(v, next->second);
      }
   }

   std::vector<Node> nodes_ = std::vector<Node>(1);
   std::vector<JsonValue> found_;
};

} // namespace

std::vector<JsonValue> look_up(JsonValue base, const std::vector<std::string> &pointers) {
   constexpr std::size_t kFew = 4; // are found one by one before the tree stands
   if (pointers.size() <= kFew) {
      std::vector<JsonValue> found;
      found.reserve(pointers.size());
      for (const std::string &pointer : pointers)
         found.push_back(resolve_pointer(base, pointer, true));
      return found;
   }
   return TokenTree(pointers).resolve(base);
}

std::string parent_pointer(const std::string &pointer) {
   const std::size_t slash = pointer.rfind('/');
   return slash == std::string::npos ? std::string() : pointer.substr(0, slash);
}

} // namespace keyseat
