// SPDX-License-Identifier: Apache-2.0

#include "driver/binding_digest.h"

#include "jose/digest.h"
#include "json/pointer.h"

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
         if (binding.members.back().second.size() != kDigestText) throw malformed();
      }
      return binding;
   } catch (const JsonError &) {
      throw malformed();
   }
}

std::string own_spelling(const std::string &bound_pointer, const Definition &definition) {
   const JsonValue value = resolve_pointer(definition.object, bound_pointer, true);
   return value.exists() ? pointer_to(value, definition.object) : bound_pointer;
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
   for (std::string &pointer : differing)
      pointer = own_spelling(pointer, definition);
   std::sort(differing.begin(), differing.end());
   return differing;
}

} // namespace keyseat
