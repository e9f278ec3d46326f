// SPDX-License-Identifier: Apache-2.0
//
// Writes a flat JSON object in canonical form (RFC 8785), provided that its members are added in
// lexicographic order of their names, which are plain ASCII.

#ifndef KEYSEAT_SDK_JOSE_JWK_WRITER_H
#define KEYSEAT_SDK_JOSE_JWK_WRITER_H

#include "key_material.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>

#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

inline void append_quoted(std::string &out, std::string_view text) { out += json_quote(text); }
inline void append_quoted(SecretBytes &out, std::string_view text) { json_quote_to(out, text); }
inline void append_base64url(std::string &out, BytesView bytes) { out += base64url_encode(bytes); }
inline void append_base64url(SecretBytes &out, BytesView bytes) { base64url_encode_to(out, bytes); }

// `Out` is std::string, or SecretBytes where a member is secret.
template <class Out>
class JwkWriter {
 public:
   explicit JwkWriter(Out &out) : out_(out) { put("{"); }

   void text(std::string_view name, std::string_view value) {
      begin(name);
      append_quoted(out_, value);
   }
   void octets(std::string_view name, BytesView value) {
      begin(name);
      put("\"");
      append_base64url(out_, value);
      put("\"");
   }
   void json(std::string_view name, std::string_view value) {
      begin(name);
      put(value);
   }
   void finish() { put("}"); }

 private:
   void put(std::string_view text) { out_.append(text); }
   void begin(std::string_view name) {
      put(is_first_ ? "\"" : ",\"");
      put(name);
      put("\":");
      is_first_ = false;
   }

   Out &out_;
   bool is_first_ = true;
};

// The members that define a public key (RFC 7638 section 3.2), as a JSON object.
std::string key_members_json(const KeyMaterial &material);

} // namespace keyseat::sdk::jose

#endif
