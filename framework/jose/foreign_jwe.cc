// SPDX-License-Identifier: Apache-2.0

#include "jose/foreign_jwe.h"

#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

#include "base/text.h"
#include "jose/jwe.h"
#include "jose/recipient_header.h"
#include "jose/untrusted.h"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace keyseat {

namespace {

using sdk::jose::JsonError;
using sdk::jose::JsonKind;
using sdk::jose::JsonTree;
using sdk::jose::JsonValue;

// The parts of a JWE before they are judged; all three serializations lead here.
struct Parts {
   std::string protected_base64;   // empty: none
   std::string unprotected = "{}"; // JSON objects
   struct Recipient {
      std::string header = "{}";
      Bytes encrypted_key;
   };
   std::vector<Recipient> recipients;
   std::optional<std::string> aad_base64;
   Bytes iv;
   Bytes ciphertext;
   Bytes tag;
};

std::string_view without_white_space(std::string_view text) {
   constexpr std::string_view kWhiteSpace = " \t\r\n";
   const std::size_t begin = text.find_first_not_of(kWhiteSpace);
   if (begin == std::string_view::npos) return {};
   return text.substr(begin, text.find_last_not_of(kWhiteSpace) - begin + 1);
}

// RFC 7516 section 7.1: header.encrypted_key.iv.ciphertext.tag
Parts read_compact(std::string_view text) {
   std::array<std::string_view, 5> fields;
   for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::size_t dot = text.find('.');
      const bool is_last = i + 1 == fields.size();
      if ((dot == std::string_view::npos) != is_last) {
         throw refused("it is neither a compact JWE nor JSON");
      }
      fields[i] = text.substr(0, dot);
      if (!is_last) text.remove_prefix(dot + 1);
   }
   Parts parts;
   parts.protected_base64 = fields[0];
   parts.recipients.push_back({"{}", decode_octets(fields[1], "the encrypted key")});
   parts.iv = decode_octets(fields[2], "the initialization vector");
   parts.ciphertext = decode_octets(fields[3], "the ciphertext");
   parts.tag = decode_octets(fields[4], "the authentication tag");
   return parts;
}

std::string read_header(JsonValue object, std::string_view member) {
   const JsonValue header = object.find(member);
   if (!header.exists()) return "{}";
   if (!header.is(JsonKind::object)) {
      throw refused('"' + std::string(member) + "\" is no JSON object");
   }
   return std::string(header.raw());
}

// RFC 7516 section 7.2.1 leaves `encrypted_key` out where it is empty.
Parts::Recipient read_foreign_recipient(JsonValue object) {
   if (!object.is(JsonKind::object)) throw refused("a recipient is no JSON object");
   Parts::Recipient recipient;
   recipient.header = read_header(object, "header");
   if (object.find("encrypted_key").exists()) {
      recipient.encrypted_key = read_octets(object, "encrypted_key");
   }
   return recipient;
}

// RFC 7516 section 7.2: general, with `recipients`, or flattened.
Parts read_json(std::string_view text) {
   const JsonTree tree(text);
   const JsonValue root = tree.root();
   Parts parts;
   if (const JsonValue recipients = root.find("recipients"); !recipients.exists()) {
      parts.recipients.push_back(read_foreign_recipient(root));
   } else {
      if (root.find("header").exists() || root.find("encrypted_key").exists()) {
         throw refused("it mixes the flattened and the general serialization");
      }
      if (!recipients.is(JsonKind::array) || recipients.size() > kMaxRecipients) {
         throw refused(fmt::format("it does not have 1 to {} recipients", kMaxRecipients));
      }
      for (JsonValue one = recipients.first(); one.exists(); one = one.next()) {
         parts.recipients.push_back(read_foreign_recipient(one));
      }
   }
   if (root.find("protected").exists()) parts.protected_base64 = read_text(root, "protected");
   parts.unprotected = read_header(root, "unprotected");
   if (root.find("aad").exists()) {
      parts.aad_base64 = read_text(root, "aad");
      decode_octets(*parts.aad_base64, "\"aad\"");
   }
   parts.iv = read_octets(root, "iv");
   parts.ciphertext = read_octets(root, "ciphertext");
   parts.tag = read_octets(root, "tag");
   return parts;
}

// Throws for what no recipient's JOSE header may say; returns its `alg`.
std::string judge_header(JsonValue header) {
   for (JsonValue member = header.first(); member.exists(); member = member.next()) {
      const std::string name = ascii_lower(member.name());
      if (name == "crit" || name == "zip") {
         throw refused("it uses \"" + name + "\", which Keyseat does not take");
      }
      if (name.substr(0, 3) == "ks_") throw refused("it is Keyseat's own, not made by others");
   }
   if (header.find("typ").text_is_no_case("keyseat+jwe")) {
      throw refused("it is Keyseat's own, not made by others");
   }
   if (!header.find("enc").text_is("A256GCM")) {
      throw refused("its content is not encrypted with A256GCM")
            .hint("make it with \"enc\": \"A256GCM\"");
   }
   return read_text(header, "alg");
}

} // namespace

ForeignJwe ForeignJwe::parse(std::string_view text) {
   if (text.size() > kMaxJweText) throw refused("it is too large");
   try {
      text = without_white_space(text);
      Parts parts = text.substr(0, 1) == "{" ? read_json(text) : read_compact(text);
      if (parts.iv.size() != sdk::jose::kGcmIvSize || parts.tag.size() != sdk::jose::kGcmTagSize) {
         throw refused("its initialization vector or tag has the wrong size for A256GCM");
      }
      ForeignJwe jwe;
      std::string protected_header = "{}";
      if (!parts.protected_base64.empty()) {
         const Bytes decoded = decode_octets(parts.protected_base64, "\"protected\"");
         protected_header = as_text(decoded);
      }
      for (Parts::Recipient &recipient : parts.recipients) {
         std::string merged =
               merge_headers({protected_header, parts.unprotected, recipient.header});
         const JsonTree header(merged);
         if (!is_recipient_alg(judge_header(header.root()))) continue;
         if (merged.size() > KEYSEAT_MAX_HEADER || recipient.encrypted_key.empty() ||
             recipient.encrypted_key.size() > KEYSEAT_MAX_ENCRYPTED_KEY) {
            throw refused("a recipient's header or encrypted key has the wrong size");
         }
         jwe.recipients_.push_back({std::move(merged), std::move(recipient.encrypted_key)});
      }
      if (jwe.recipients_.empty()) {
         throw refused("none of its recipients has an \"alg\" that Keyseat takes")
               .hint("make it with A256KW, RSA-OAEP-256 or ECDH-ES+A256KW, as the exported JWK "
                     "says");
      }
      // RFC 7516 section 5.1, step 14
      std::string additional_data = std::move(parts.protected_base64);
      if (parts.aad_base64) additional_data += '.' + *parts.aad_base64;
      jwe.additional_data_.assign(additional_data.begin(), additional_data.end());
      jwe.iv_ = std::move(parts.iv);
      jwe.ciphertext_ = std::move(parts.ciphertext);
      jwe.tag_ = std::move(parts.tag);
      return jwe;
   } catch (const JsonError &) {
      throw refused("it is no JSON, or its headers share a member");
   }
}

SecretBytes ForeignJwe::open(SecretMemory memory, BytesView cek) const {
   if (cek.size() == kCekSize) {
      std::optional<SecretBytes> plaintext =
            sdk::jose::aes_gcm_open(memory, cek, iv_, additional_data_, ciphertext_, tag_);
      if (plaintext) return std::move(*plaintext);
   }
   throw refused("it was damaged or altered");
}

} // namespace keyseat
