// SPDX-License-Identifier: Apache-2.0

#include "linked_service/payload.h"

#include "linked_service/pointer_lookup.h"

#include "json/pointer.h"

#include <keyseat/sdk/jose/encoding.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <unordered_set>

namespace keyseat {

namespace {

using sdk::jose::JsonError;
using sdk::jose::JsonTree;

constexpr std::size_t kDigestSize = 32;
constexpr std::ptrdiff_t kMostTokens = sdk::jose::kMaxJsonDepth;
constexpr std::size_t kLargestNumber = (std::size_t{1} << 53) - 1; // exact in any JSON reader

Error refused() {
   return Error(ErrorCode::credential_refused,
                "the credential's content is not what Keyseat writes")
         .hint("it was made by something else, or by a newer version");
}

void require(bool condition) {
   if (!condition) throw refused();
}

// -- writing ----------------------------------------------------------------------------------------

void write_number(SecretBytes &out, std::string_view name, std::size_t value) {
   out.append(",\"");
   out.append(name);
   out.append("\":");
   out.append(std::to_string(value));
}

void write_secret(SecretBytes &out, const TakenSecret &secret) {
   out.append("{\"pointer\":");
   out.append(sdk::jose::json_quote(secret.pointer));
   out.append(",\"raw\":");
   sdk::jose::json_quote_to(out, secret.raw.reveal_text());
   write_number(out, "at", secret.at);
   write_number(out, "left", secret.left);
   out.append(",\"how\":\"");
   out.append(remains_name(secret.remains));
   out.append("\"");
   if (secret.remains == Remains::rest) {
      out.append(",\"parts\":[");
      for (const CutPart &part : secret.parts) {
         if (&part != &secret.parts.front()) out.append(",");
         out.append("{\"at\":");
         out.append(std::to_string(part.at));
         out.append(",\"text\":");
         sdk::jose::json_quote_to(out, part.text.reveal_text());
         out.append("}");
      }
      out.append("]");
   }
   out.append("}");
}

// -- reading ----------------------------------------------------------------------------------------

std::size_t read_number(JsonValue value) {
   require(value.is(JsonKind::number));
   const std::string_view raw = value.raw();
   std::size_t number = 0;
   const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
   require(error == std::errc{} && end == raw.data() + raw.size() && number <= kLargestNumber);
   return number;
}

JsonValue string_member(JsonValue object, std::string_view name) {
   const JsonValue member = object.find(name);
   require(member.is(JsonKind::string));
   return member;
}

JsonValue array_member(JsonValue object, std::string_view name) {
   const JsonValue member = object.find(name);
   require(member.is(JsonKind::array));
   return member;
}

Remains read_remains(JsonValue value) {
   for (const Remains remains : {Remains::nothing, Remains::rest, Remains::mask}) {
      if (value.text_is(remains_name(remains))) return remains;
   }
   throw refused();
}

std::vector<CutPart> read_parts(JsonValue array) {
   std::vector<CutPart> parts;
   std::size_t least = 0;
   for (JsonValue v = array.first(); v.exists(); v = v.next()) {
      const std::size_t at = read_number(v.find("at"));
      require(at >= least);
      least = at;
      parts.push_back({at, string_member(v, "text").secret_text(document_memory())});
      require(!parts.back().text.empty());
   }
   require(!parts.empty());
   return parts;
}

TakenSecret read_secret(JsonValue value) {
   TakenSecret secret{string_member(value, "pointer").public_text(),
                      read_remains(value.find("how")),
                      read_number(value.find("at")),
                      read_number(value.find("left")),
                      string_member(value, "raw").secret_text(document_memory()),
                      {}};
   if (secret.remains == Remains::rest) secret.parts = read_parts(array_member(value, "parts"));
   require(!secret.raw.empty() && (secret.left == 0) == (secret.remains == Remains::nothing));
   return secret;
}

// Each secret once, none inside another, in the order of the text.
void require_disjoint(const std::vector<TakenSecret> &secrets) {
   std::unordered_set<std::string> pointers;
   std::size_t end = 0;
   for (const TakenSecret &secret : secrets) {
      require(secret.at >= end && secret.pointer.starts_with('/') && is_pointer(secret.pointer));
      require(std::ranges::count(secret.pointer, '/') <= kMostTokens);
      require(pointers.insert(secret.pointer).second);
      end = secret.at + secret.left;
   }
   if (secrets.size() < 2) return;
   for (const TakenSecret &secret : secrets) {
      for (std::string p = parent_pointer(secret.pointer); !p.empty(); p = parent_pointer(p)) {
         require(!pointers.contains(p));
      }
   }
}

} // namespace

SecretBytes write_payload(const Payload &payload) {
   SecretBytes out(document_memory());
   out.append("{\"v\":1,\"secrets\":[");
   for (const TakenSecret &secret : payload.secrets) {
      if (&secret != &payload.secrets.front()) out.append(",");
      write_secret(out, secret);
   }
   out.append("],\"left\":");
   out.append(sdk::jose::json_quote(payload.left_digest));
   out.append(",\"pad\":\"");
   constexpr std::string_view kEnd = "\"}";
   const std::size_t over = (out.size() + kEnd.size()) % kPayloadBlock;
   out.append(std::string((kPayloadBlock - over) % kPayloadBlock, ' '));
   out.append(kEnd);
   return out;
}

Payload read_payload(std::string_view json) try {
   const JsonTree tree(json);
   const JsonValue root = tree.root();
   Payload payload;
   require(root.is(JsonKind::object) && root.find("v").exists() && root.find("v").raw() == "1");
   const JsonValue secrets = array_member(root, "secrets");
   for (JsonValue v = secrets.first(); v.exists(); v = v.next()) {
      payload.secrets.push_back(read_secret(v));
   }
   payload.left_digest = string_member(root, "left").public_text();
   const auto digest = sdk::jose::base64url_decode(payload.left_digest);
   require(digest && digest->size() == kDigestSize);
   require_disjoint(payload.secrets);
   // One spelling: exact members in their order, minimal escapes, plain integers, the right padding.
   require(write_payload(payload).reveal_text() == json);
   return payload;
} catch (const JsonError &) {
   throw refused();
}

std::vector<ImportedSecret> read_import_payload(std::string_view json) try {
   const JsonTree tree(json);
   require(tree.root().is(JsonKind::object) && tree.root().size() == 1);
   const JsonValue secrets = array_member(tree.root(), "secrets");
   std::vector<ImportedSecret> imported;
   std::unordered_set<std::string> pointers;
   for (JsonValue v = secrets.first(); v.exists(); v = v.next()) {
      require(v.is(JsonKind::object) && v.size() == 2);
      const JsonValue value = v.find("value");
      std::string pointer = string_member(v, "pointer").public_text();
      require(value.exists() && pointer.starts_with('/') && pointers.insert(pointer).second);
      imported.push_back({std::move(pointer), {document_memory(), as_bytes(value.raw())}});
   }
   return imported;
} catch (const JsonError &) {
   throw refused();
}

} // namespace keyseat
