// SPDX-License-Identifier: Apache-2.0

#include "driver/binding_digest.h"

#include "jose/digest.h"
#include "json/pointer.h"
#include "linked_service/pointer_lookup.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>
#include <map>

namespace keyseat {

namespace {

using sdk::jose::base64url_decode;
using sdk::jose::base64url_encode;
using sdk::jose::json_quote;
using sdk::jose::JsonError;
using sdk::jose::JsonTree;

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kDigestText = 43; // base64url of 32 bytes

Error malformed() {
   return {ErrorCode::credential_refused, "the credential's binding is malformed"};
}

// The pointer of `tokens`, of which the first `known` lead to `value`, with the names that the document
// has on that way.
std::string spelled(std::vector<std::string> tokens, std::size_t known, JsonValue value) {
   for (std::size_t i = known; i-- > 0; value = value.parent()) {
      if (value.parent().is(JsonKind::object)) tokens[i] = value.name();
   }
   std::string pointer;
   for (const std::string &token : tokens)
      pointer += '/' + pointer_token(token);
   return pointer;
}

std::string text_member(JsonValue object, std::string_view name) {
   const JsonValue value = object.find(name);
   if (!value.is(JsonKind::string)) throw malformed();
   return value.public_text();
}

} // namespace

std::string make_binding(const Definition &definition, BindingScope scope,
                         const SecretsBeside &beside) {
   Bytes salt(kSaltSize);
   sdk::jose::random_bytes(salt.data(), salt.size());
   std::string members;
   for (const BoundMember &member : bound_members(definition, scope, beside)) {
      if (!members.empty()) members += ',';
      members += json_quote(member.pointer) + ":\"" +
                 salted_digest(salt, member.pointer, member.canonical) + '"';
   }
   return "{\"members\":{" + members + "},\"salt\":\"" + base64url_encode(salt) +
          "\",\"scope\":\"" + std::string(binding_scope_name(scope)) + "\"}";
}

ParsedBinding parse_binding(std::string_view json) {
   try {
      const JsonTree tree(json);
      const JsonValue root = tree.root();
      if (!root.is(JsonKind::object) || root.size() != 3) throw malformed();
      const auto scope = binding_scope_from_name(text_member(root, "scope"));
      const auto salt = base64url_decode(text_member(root, "salt"));
      const JsonValue members = root.find("members");
      if (!scope || !salt || salt->size() != kSaltSize || !members.is(JsonKind::object)) {
         throw malformed();
      }
      ParsedBinding binding{*scope, *salt, {}};
      for (JsonValue member = members.first(); member.exists(); member = member.next()) {
         if (!member.is(JsonKind::string)) throw malformed();
         binding.members.emplace_back(member.name(), member.public_text());
         if (!is_pointer(binding.members.back().first)) throw malformed();
         if (binding.members.back().second.size() != kDigestText) throw malformed();
      }
      return binding;
   } catch (const JsonError &) {
      throw malformed();
   } catch (const Error &) {
      throw malformed();
   }
}

std::vector<std::string> own_spelling(const std::vector<std::string> &bound_pointers,
                                      const Definition &definition) {
   std::vector<std::string> parents;
   parents.reserve(bound_pointers.size());
   for (const std::string &pointer : bound_pointers)
      parents.push_back(parent_pointer(pointer));
   const std::vector<JsonValue> values = look_up(definition.object, bound_pointers);
   const std::vector<JsonValue> around = look_up(definition.object, parents);
   std::vector<std::string> own;
   for (std::size_t i = 0; i < values.size(); ++i) {
      const std::vector<std::string> tokens = pointer_tokens(bound_pointers[i]);
      const bool is_gone = !values[i].exists();
      const std::size_t known = !is_gone             ? tokens.size()
                                : around[i].exists() ? tokens.size() - 1
                                                     : 0;
      own.push_back(spelled(tokens, known, is_gone ? around[i] : values[i]));
   }
   return own;
}

std::vector<std::string> differing_members(const ParsedBinding &binding,
                                           const Definition &definition, SecretsBeside beside) {
   std::map<std::string_view, std::string_view> sealed;
   for (const auto &[pointer, digest] : binding.members) {
      sealed.emplace(pointer, digest);
      beside.add(pointer);
   }
   std::vector<std::string> differing;
   for (const BoundMember &member : bound_members(definition, binding.scope, beside)) {
      const auto found = sealed.find(member.pointer);
      const std::string digest = salted_digest(binding.salt, member.pointer, member.canonical);
      if (found == sealed.end() || found->second != digest) differing.push_back(member.pointer);
      if (found != sealed.end()) sealed.erase(found);
   }
   for (const auto &[pointer, digest] : sealed)
      differing.emplace_back(pointer); // members gone
   if (differing.empty()) return differing;
   differing = own_spelling(differing, definition);
   std::sort(differing.begin(), differing.end());
   return differing;
}

} // namespace keyseat
