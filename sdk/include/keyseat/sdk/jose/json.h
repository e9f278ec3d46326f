// SPDX-License-Identifier: Apache-2.0
//
// A JSON reader (RFC 8259) that keeps the position of every value and copies nothing: it reads
// definitions, credential payloads and private JWKs, whose strings may be secrets and must not be
// scattered over the heap. It only records where things lie; text is decoded on demand, into memory
// that the caller names.
//
// Strict: UTF-8 without BOM, no comments, no trailing commas, no duplicate member names, no lone
// surrogates, no unescaped control characters, nesting up to kMaxJsonDepth. Numbers are kept as
// written, of any size. Time and memory are linear in the text.

#ifndef KEYSEAT_SDK_JOSE_JSON_H
#define KEYSEAT_SDK_JOSE_JSON_H

#include <keyseat/sdk/secret.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat::sdk::jose {

inline constexpr std::size_t kMaxJsonDepth = 128;

// Text that is no JSON by the rules above. The message says what is wrong and quotes nothing.
class JsonError : public std::exception {
 public:
   JsonError(std::size_t offset, std::string message)
         : offset_(offset), message_(std::move(message)) {}
   const char *what() const noexcept override { return message_.c_str(); }
   std::size_t offset() const { return offset_; } // bytes from the start of the text

 private:
   std::size_t offset_;
   std::string message_;
};

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

// Where something stands in a text, in bytes: [begin, end).
struct JsonSpan {
   std::size_t begin = 0;
   std::size_t end = 0;
   std::size_t size() const { return end - begin; }
   bool contains(const JsonSpan &other) const { return begin <= other.begin && other.end <= end; }
   friend bool operator==(const JsonSpan &a, const JsonSpan &b) {
      return a.begin == b.begin && a.end == b.end;
   }
};

class JsonTree;

// One value of a tree: a small handle, to be passed by value; valid as long as the tree and its text.
// A default-constructed one is "no value" (exists() is false); every look-up on it yields no value.
class JsonValue {
 public:
   JsonValue() = default;

   bool exists() const { return tree_ != nullptr; }
   JsonKind kind() const; // requires exists()
   bool is(JsonKind kind) const { return exists() && this->kind() == kind; }

   JsonSpan span() const;        // of the value
   JsonSpan key_span() const;    // of its name, quotes included; empty unless it is a member
   std::string_view raw() const; // the value as it is written

   // The enclosing array or object; no value at the root.
   JsonValue parent() const;

   // Elements of an array or members of an object in file order. Iteration by
   // `for (JsonValue v = x.first(); v.exists(); v = v.next())`.
   JsonValue first() const;
   JsonValue next() const;
   std::size_t size() const; // number of elements or members; 0 for other kinds

   // The member with this name, exactly, or without regard to the case of ASCII letters (the first
   // in file order); no value where there is none or this is no object. Linear in the members.
   JsonValue find(std::string_view name) const;
   JsonValue find_no_case(std::string_view name) const;
   JsonValue at(std::size_t index) const; // element of an array

   // The name of a member, decoded. Names are public.
   std::string name() const;
   bool name_is(std::string_view name) const;
   bool name_is_no_case(std::string_view name) const;

   // A string's characters, decoded to UTF-8. Requires kind string. `secret_text` puts them into
   // secret memory; `public_text` into a std::string, for what is known to be public.
   SecretBytes secret_text(SecretMemory memory) const;
   std::string public_text() const;
   bool text_is(std::string_view text) const;         // no copy; false for other kinds
   bool text_is_no_case(std::string_view text) const; // ASCII letters only

   bool boolean() const; // requires kind boolean

   // Handles are equal when they denote the same value of the same tree.
   friend bool operator==(const JsonValue &a, const JsonValue &b) {
      return a.tree_ == b.tree_ && a.index_ == b.index_;
   }

 private:
   friend class JsonTree;
   JsonValue(const JsonTree *tree, std::uint32_t index) : tree_(tree), index_(index) {}
   JsonValue node_or_none(std::uint32_t index) const;
   JsonValue find(std::string_view name, bool fold) const;
   std::optional<std::string_view> inner_name() const;

   const JsonTree *tree_ = nullptr;
   std::uint32_t index_ = 0;
};

// The positions of all values of one text. Holds no text: `text` shall outlive it, unmoved.
// Immovable, since values point to it. Thread-safe once built.
class JsonTree {
 public:
   // Reads `text`. Throws JsonError; std::bad_alloc.
   explicit JsonTree(std::string_view text);
   JsonTree(const JsonTree &) = delete;
   JsonTree &operator=(const JsonTree &) = delete;
   ~JsonTree() = default;

   JsonValue root() const { return {this, 0}; }
   std::string_view text() const { return text_; }

 private:
   friend class JsonValue;
   friend class JsonReader;

   struct Node {
      std::uint32_t begin, end;         // of the value
      std::uint32_t key_begin, key_end; // of the name with its quotes; equal: none
      std::uint32_t parent;             // kNone at the root
      std::uint32_t next;               // next sibling; kNone: last
      std::uint32_t first;              // first child; kNone: none
      std::uint32_t size;               // number of children
      JsonKind kind;
      bool key_escaped; // the name holds a backslash
      bool escaped;     // the string holds a backslash
   };
   static constexpr std::uint32_t kNone = UINT32_MAX;

   // Without the check of a hardened vector: nodes and handles hold indices of their own tree only.
   const Node &node(std::uint32_t index) const { return *(nodes_.data() + index); }

   std::string_view text_;
   std::vector<Node> nodes_;
};

// -- look-ups that are called for each value ----------------------------------------------------------

inline JsonKind JsonValue::kind() const { return tree_->node(index_).kind; }

inline JsonSpan JsonValue::span() const {
   if (!exists()) return {};
   const JsonTree::Node &node = tree_->node(index_);
   return {node.begin, node.end};
}

inline JsonSpan JsonValue::key_span() const {
   if (!exists()) return {};
   const JsonTree::Node &node = tree_->node(index_);
   return {node.key_begin, node.key_end};
}

inline std::string_view JsonValue::raw() const {
   return exists() ? tree_->text_.substr(span().begin, span().size()) : std::string_view();
}

inline JsonValue JsonValue::node_or_none(std::uint32_t index) const {
   return index == JsonTree::kNone ? JsonValue() : JsonValue(tree_, index);
}

inline JsonValue JsonValue::parent() const {
   return exists() ? node_or_none(tree_->node(index_).parent) : JsonValue();
}

inline JsonValue JsonValue::first() const {
   return exists() ? node_or_none(tree_->node(index_).first) : JsonValue();
}

inline JsonValue JsonValue::next() const {
   return exists() ? node_or_none(tree_->node(index_).next) : JsonValue();
}

inline std::size_t JsonValue::size() const { return exists() ? tree_->node(index_).size : 0; }

// The name as written, without quotes; none unless this is a member.
inline std::optional<std::string_view> JsonValue::inner_name() const {
   const JsonSpan key = key_span();
   if (key.size() == 0) return std::nullopt;
   return tree_->text_.substr(key.begin + 1, key.size() - 2);
}

// Writes `text` (UTF-8) as a JSON string with quotes, escaping as RFC 8785 section 3.2.2.2 does.
std::string json_quote(std::string_view text);
void json_quote_to(SecretBytes &out, std::string_view text); // for secrets

} // namespace keyseat::sdk::jose

#endif
