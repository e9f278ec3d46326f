// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/key_management.h>

#include "key_material.h"

namespace keyseat::sdk::jose {
namespace {

constexpr std::size_t kWrappedCekSize = KEYSEAT_CEK_SIZE + 8; // RFC 3394

// A member that is absent is fine, one of the wrong kind is not: each reader returns false then.
bool read_text(JsonValue value, std::optional<std::string> &out) {
   if (!value.exists()) return true;
   if (!value.is(JsonKind::string)) return false;
   out = value.public_text();
   return true;
}

bool read_octets(JsonValue value, std::optional<Bytes> &out) {
   if (!value.exists()) return true;
   if (!value.is(JsonKind::string)) return false;
   out = base64url_decode(value.public_text());
   return out.has_value();
}

bool read_octets(JsonValue value, Bytes &out) {
   std::optional<Bytes> bytes;
   if (!read_octets(value, bytes)) return false;
   if (bytes) out = std::move(*bytes);
   return true;
}

// A positive integer of at most 15 digits, written as such.
bool read_count(JsonValue value, std::optional<std::int64_t> &out) {
   if (!value.exists()) return true;
   const std::string_view raw = value.raw();
   if (!value.is(JsonKind::number) || raw.size() > 15) return false;
   std::int64_t count = 0;
   for (const char c : raw) {
      if (c < '0' || c > '9') return false;
      count = 10 * count + (c - '0');
   }
   out = count;
   return true;
}

bool read_epk(JsonValue value, std::optional<PublicJwk> &out) {
   if (!value.exists()) return true;
   // Sorted out before an RSA modulus, which nobody asked for, is tested.
   if (value.find("kty").text_is("RSA")) return false;
   try {
      out = PublicJwk::parse(value.raw());
      return true;
   } catch (const Failure &failure) {
      if (failure.status() != KEYSEAT_E_CONFIG) throw;
      return false;
   }
}

bool has_shape(const JoseHeader &header, BytesView encrypted_key, KeyType type) {
   if (header.p2c || header.p2s) return false;
   const std::string_view alg = header.alg;
   if (alg == "ECDH-ES+A256KW")
      return header.epk && header.epk->type() == type && encrypted_key.size() == kWrappedCekSize;
   if (header.epk) return false;
   if (alg == "A256KW") return type == KeyType::oct && encrypted_key.size() == kWrappedCekSize;
   if (alg == "A256GCMKW") {
      return type == KeyType::oct && encrypted_key.size() == KEYSEAT_CEK_SIZE &&
             header.iv.size() == 12 && header.tag.size() == 16;
   }
   if (alg == "RSA-OAEP-256" || alg == "RSA-OAEP") {
      const std::size_t bits = shape_of(type).size;
      return is_rsa(type) && (bits == 0 || encrypted_key.size() == bits / 8);
   }
   return true; // a name of a protector's own: it knows the shape
}

} // namespace

std::optional<JoseHeader> read_jose_header(JsonValue header) {
   if (!header.find("alg").is(JsonKind::string)) return std::nullopt;
   JoseHeader result;
   result.alg = header.find("alg").public_text();
   const bool is_valid =
         read_text(header.find("kid"), result.kid) && read_octets(header.find("apu"), result.apu) &&
         read_octets(header.find("apv"), result.apv) && read_octets(header.find("iv"), result.iv) &&
         read_octets(header.find("tag"), result.tag) &&
         read_octets(header.find("p2s"), result.p2s) &&
         read_count(header.find("p2c"), result.p2c) && read_epk(header.find("epk"), result.epk);
   if (!is_valid) return std::nullopt;
   return result;
}

std::optional<JoseHeader> read_jose_header(std::string_view header) {
   try {
      return read_jose_header(JsonTree(header).root());
   } catch (const JsonError &) {
      return std::nullopt;
   }
}

JoseHeader require_mine(std::string_view header, BytesView encrypted_key, KeyType type,
                        std::string_view key_alg, std::string_view kid) {
   std::optional<JoseHeader> read = read_jose_header(header);
   if (!read) throw not_mine();
   require_mine(*read, encrypted_key, type, key_alg, kid);
   return std::move(*read);
}

void require_mine(const JoseHeader &header, BytesView encrypted_key, KeyType type,
                  std::string_view key_alg, std::string_view kid) {
   if (header.alg != key_alg || (header.kid && *header.kid != kid) ||
       !has_shape(header, encrypted_key, type))
      throw not_mine();
}

} // namespace keyseat::sdk::jose
