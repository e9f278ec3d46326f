// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/encrypted_jwk.h>

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include "compact_jwe.h"

#include <array>
#include <vector>

namespace keyseat::sdk::jose {
namespace {

constexpr std::size_t kWrittenSaltSize = 16;
constexpr std::size_t kLeastSaltSize = 8; // RFC 7518 section 4.8.1.1
constexpr std::size_t kContentKeySize = 32;

struct Pbes2 {
   std::string_view alg;
   bool sha512;
   std::size_t kek_size;
};
constexpr Pbes2 kAlgorithms[] = {{"PBES2-HS512+A256KW", true, 32},
                                 {"PBES2-HS256+A128KW", false, 16}};

// A JWE with everything decoded and checked that can be without the passphrase.
struct EncryptedJwk {
   Pbes2 algorithm;
   Bytes salt;
   std::uint32_t iterations;
   std::string protected_header; // base64url, as authenticated
   Bytes encrypted_key;
   Bytes iv;
   Bytes ciphertext;
   Bytes tag;
};

// The members of a JWE by their names in RFC 7516 section 7.2, still encoded.
struct Serialization {
   std::string protected_header;
   std::vector<std::string> other_headers; // JSON, unprotected
   std::string encrypted_key;
   std::string iv;
   std::string ciphertext;
   std::string tag;
};

Failure refused(const std::string &why) { return {KEYSEAT_E_CONFIG, "the encrypted JWK " + why}; }

std::string string_member(JsonValue object, std::string_view name) {
   const JsonValue value = object.find(name);
   if (!value.exists()) return {};
   if (!value.is(JsonKind::string)) throw refused("has a member of the wrong type");
   return value.public_text();
}

void add_header(Serialization &jwe, JsonValue header) {
   if (header.exists()) jwe.other_headers.emplace_back(header.raw());
}

Serialization read_json(std::string_view text) {
   const JsonTree tree(text);
   const JsonValue root = tree.root();
   if (!root.is(JsonKind::object)) throw refused("is no JSON object");
   if (root.find("aad").exists()) throw refused("has an `aad`, which is not supported");
   Serialization jwe;
   jwe.protected_header = string_member(root, "protected");
   add_header(jwe, root.find("unprotected"));
   jwe.iv = string_member(root, "iv");
   jwe.ciphertext = string_member(root, "ciphertext");
   jwe.tag = string_member(root, "tag");
   const JsonValue recipients = root.find("recipients");
   if (recipients.exists() && recipients.size() != 1)
      throw refused("is for several recipients, or for none");
   const JsonValue recipient = recipients.exists() ? recipients.at(0) : root;
   add_header(jwe, recipient.find("header"));
   jwe.encrypted_key = string_member(recipient, "encrypted_key");
   return jwe;
}

Serialization read_serialization(std::string_view text) {
   try {
      if (text.substr(0, 1) == "{") return read_json(text);
   } catch (const JsonError &error) {
      throw refused(std::string("is no JSON: ") + error.what());
   }
   std::optional<std::array<std::string, 5>> parts = compact_parts(text);
   if (!parts) throw refused("is no JWE in compact or JSON serialization");
   auto &[protected_header, encrypted_key, iv, ciphertext, tag] = *parts;
   return {protected_header, {}, encrypted_key, iv, ciphertext, tag};
}

Bytes decoded(const std::string &text, const char *member) {
   std::optional<Bytes> bytes = base64url_decode(text);
   if (!bytes) throw refused(std::string("has a `") + member + "` that is no base64url");
   return std::move(*bytes);
}

// The JOSE header: protected and unprotected members, which shall be distinct (RFC 7516 section 4),
// in one JSON object.
std::string merged_header(const Serialization &jwe) {
   std::string merged = "{";
   const auto add = [&merged](std::string_view header) {
      const JsonTree tree(header);
      if (!tree.root().is(JsonKind::object)) throw refused("has a header that is no JSON object");
      for (JsonValue v = tree.root().first(); v.exists(); v = v.next()) {
         if (merged.size() > 1) merged += ',';
         merged += json_quote(v.name()) + ':';
         merged += v.raw();
      }
   };
   if (!jwe.protected_header.empty()) add(as_text(decoded(jwe.protected_header, "protected")));
   for (const std::string &header : jwe.other_headers)
      add(header);
   return merged + '}';
}

Pbes2 algorithm_of(std::string_view alg) {
   for (const Pbes2 &algorithm : kAlgorithms) {
      if (algorithm.alg == alg) return algorithm;
   }
   throw refused("has an `alg` that is not supported: PBES2-HS512+A256KW is");
}

void check_unread_members(std::string_view header) {
   const JsonTree tree(header);
   const JsonValue root = tree.root();
   if (!root.find("enc").text_is("A256GCM"))
      throw refused("has an `enc` that is not supported: A256GCM is");
   if (root.find("crit").exists() || root.find("zip").exists())
      throw refused("has a `crit` or a `zip`, which are not supported");
}

std::uint32_t check_iterations(std::optional<std::int64_t> p2c) {
   if (!p2c || *p2c < kLeastIterations || *p2c > kMostIterations) {
      throw refused("has a `p2c` that is not between " + std::to_string(kLeastIterations) +
                    " and " + std::to_string(kMostIterations));
   }
   return static_cast<std::uint32_t>(*p2c);
}

EncryptedJwk read(std::string_view text) {
   const Serialization jwe = read_serialization(trimmed(text));
   std::optional<JoseHeader> header;
   try {
      const std::string merged = merged_header(jwe);
      check_unread_members(merged);
      header = read_jose_header(merged);
   } catch (const JsonError &error) {
      throw refused(std::string("has a header that is no JSON: ") + error.what());
   }
   if (!header) throw refused("has a header without `alg`, or with a member of the wrong type");
   EncryptedJwk result{algorithm_of(header->alg),
                       header->p2s.value_or(Bytes()),
                       check_iterations(header->p2c),
                       jwe.protected_header,
                       decoded(jwe.encrypted_key, "encrypted_key"),
                       decoded(jwe.iv, "iv"),
                       decoded(jwe.ciphertext, "ciphertext"),
                       decoded(jwe.tag, "tag")};
   if (result.salt.size() < kLeastSaltSize) throw refused("has no `p2s` of 8 bytes or more");
   if (result.encrypted_key.size() != kContentKeySize + 8 || result.iv.size() != kGcmIvSize ||
       result.tag.size() != kGcmTagSize)
      throw refused("has an `encrypted_key`, `iv` or `tag` of the wrong length");
   return result;
}

// RFC 7518 section 4.8.1.1: the salt that counts begins with the algorithm's name.
SecretBytes derive_kek(SecretMemory memory, const Pbes2 &algorithm, BytesView passphrase,
                       BytesView p2s, std::uint32_t iterations) {
   Bytes salt(algorithm.alg.begin(), algorithm.alg.end());
   salt.push_back(0);
   salt.insert(salt.end(), p2s.begin(), p2s.end());
   return pbkdf2(memory, algorithm.sha512, passphrase, salt, iterations, algorithm.kek_size);
}

} // namespace

std::string encrypt_jwk(const PrivateJwk &key, BytesView passphrase, std::uint32_t iterations) {
   check_iterations(iterations);
   const Pbes2 &algorithm = kAlgorithms[0];
   std::array<std::uint8_t, kWrittenSaltSize> salt{};
   random_bytes(salt.data(), salt.size());
   const std::string header =
         "{\"alg\":\"" + std::string(algorithm.alg) +
         "\",\"cty\":\"jwk+json\",\"enc\":\"A256GCM\",\"p2c\":" + std::to_string(iterations) +
         ",\"p2s\":\"" + base64url_encode(salt) + "\"}";
   const SecretBytes kek = derive_kek(key.memory(), algorithm, passphrase, salt, iterations);
   const SecretBytes cek = random_secret(key.memory(), kContentKeySize);
   return seal_compact(header, aes_key_wrap(kek, cek), cek, key.to_json());
}

bool is_encrypted_jwk(std::string_view text) {
   text = trimmed(text);
   if (text.substr(0, 1) != "{") return compact_parts(text).has_value();
   try {
      const JsonTree tree(text);
      return tree.root().find("ciphertext").exists() && !tree.root().find("kty").exists();
   } catch (const JsonError &) {
      return false;
   }
}

std::optional<PrivateJwk> decrypt_jwk(SecretMemory memory, std::string_view text,
                                      BytesView passphrase) {
   const EncryptedJwk jwe = read(text);
   const SecretBytes kek = derive_kek(memory, jwe.algorithm, passphrase, jwe.salt, jwe.iterations);
   const std::optional<SecretBytes> cek = aes_key_unwrap(memory, kek, jwe.encrypted_key);
   if (!cek) return std::nullopt;
   const std::optional<SecretBytes> json = aes_gcm_open(
         memory, *cek, jwe.iv, as_bytes(jwe.protected_header), jwe.ciphertext, jwe.tag);
   if (!json) return std::nullopt;
   return PrivateJwk::parse(memory, json->reveal_text());
}

void check_encrypted_jwk(std::string_view text) { read(text); }

} // namespace keyseat::sdk::jose
