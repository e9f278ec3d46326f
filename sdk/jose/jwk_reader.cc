// SPDX-License-Identifier: Apache-2.0
#include "jwk_reader.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>

#include <algorithm>

namespace keyseat::sdk::jose {
namespace {

std::string quoted(std::string_view member) { return "`" + std::string(member) + "`"; }

// Of RFC 7517 section 4.3, what a half of a key is good for in key management.
constexpr std::string_view kPublicOperations[] = {"wrapKey", "encrypt", "deriveKey", "deriveBits"};
constexpr std::string_view kPrivateOperations[] = {"unwrapKey", "decrypt", "deriveKey",
                                                   "deriveBits"};
constexpr std::string_view kSecretMembers[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

class JwkReader {
 public:
   explicit JwkReader(JsonValue jwk) : jwk_(jwk) {
      if (!jwk.is(JsonKind::object)) throw jwk_failure("is no JSON object");
   }

   KeyType type() const {
      const std::string kty = text("kty");
      if (kty == "oct") return KeyType::oct;
      if (kty == "RSA") return KeyType::rsa_other;
      if (kty == "EC" || kty == "OKP") {
         const std::string crv = text("crv");
         for (const KeyType type : {KeyType::p256, KeyType::p384, KeyType::x25519}) {
            if (shape_of(type).kty == kty && shape_of(type).crv == crv) return type;
         }
         throw jwk_failure(
               "has a `crv` that is not supported for its `kty`: P-256, P-384 (EC) and "
               "X25519 (OKP) are");
      }
      throw jwk_failure("has a `kty` that is not supported: EC, OKP, RSA and oct are");
   }

   PublicNumbers numbers(KeyType type) const {
      PublicNumbers numbers;
      if (is_rsa(type)) {
         numbers.n = octets("n");
         numbers.e = octets("e");
      } else if (type != KeyType::oct) {
         numbers.x = octets("x");
         if (shape_of(type).kty == "EC") numbers.y = octets("y");
      }
      return numbers;
   }

   PrivateNumbers secrets(KeyType type, SecretMemory memory) const {
      PrivateNumbers secrets;
      if (is_rsa(type)) {
         if (jwk_.find("oth").exists()) throw jwk_failure("is an RSA key of more than two primes");
         for (const char *name : kRsaSecretNames)
            secrets.push_back({name, secret_octets(name, memory)});
      } else {
         const char *name = type == KeyType::oct ? "k" : "d";
         secrets.push_back({name, secret_octets(name, memory)});
      }
      return secrets;
   }

   void refuse_secrets() const {
      for (const std::string_view name : kSecretMembers) {
         if (jwk_.find(name).exists()) {
            throw jwk_failure("holds a private key (" + quoted(name) +
                              ") where a public one belongs");
         }
      }
   }

   std::string alg(KeyType type) const {
      if (!jwk_.find("alg").exists()) return std::string(shape_of(type).alg);
      std::string alg = text("alg");
      if (!alg_fits(type, alg)) {
         throw jwk_failure("has an `alg` that contradicts the key: expected " +
                           std::string(shape_of(type).alg));
      }
      return alg;
   }

   std::string kid() const {
      if (!jwk_.find("kid").exists()) return {};
      std::string kid = text("kid");
      if (kid.empty() || kid.size() > KEYSEAT_MAX_KID)
         throw jwk_failure("has a `kid` that is empty or longer than 512 bytes");
      const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
      if (std::any_of(kid.begin(), kid.end(), is_control))
         throw jwk_failure("has a `kid` with control characters");
      return kid;
   }

   // `use` and `key_ops` (RFC 7517 sections 4.2, 4.3) leave room for key management.
   template <std::size_t N>
   void check_purpose(const std::string_view (&operations)[N], bool may_be_none) const {
      if (jwk_.find("use").exists() && text("use") != "enc")
         throw jwk_failure("is not meant for encryption (`use`)");
      const JsonValue key_ops = jwk_.find("key_ops");
      if (!key_ops.exists()) return;
      if (!key_ops.is(JsonKind::array)) throw jwk_failure("has a `key_ops` that is no array");
      if (may_be_none && key_ops.size() == 0) return;
      for (JsonValue op = key_ops.first(); op.exists(); op = op.next()) {
         const auto is_op = [op](std::string_view name) { return op.text_is(name); };
         if (std::any_of(std::begin(operations), std::end(operations), is_op)) return;
      }
      throw jwk_failure("is not meant for key management (`key_ops`)");
   }

 private:
   JsonValue string_member(std::string_view name) const {
      const JsonValue value = jwk_.find(name);
      if (!value.exists()) throw jwk_failure("has no " + quoted(name));
      if (!value.is(JsonKind::string))
         throw jwk_failure("has a " + quoted(name) + " that is no string");
      return value;
   }

   std::string text(std::string_view name) const { return string_member(name).public_text(); }

   Bytes octets(std::string_view name) const {
      std::optional<Bytes> bytes = base64url_decode(text(name));
      if (!bytes) throw jwk_failure("has a " + quoted(name) + " that is no base64url");
      return std::move(*bytes);
   }

   SecretBytes secret_octets(std::string_view name, SecretMemory memory) const {
      const SecretBytes text = string_member(name).secret_text(memory);
      SecretBytes bytes(memory);
      if (!base64url_decode_to(bytes, text.reveal_text()))
         throw jwk_failure("has a " + quoted(name) + " that is no base64url");
      return bytes;
   }

   JsonValue jwk_;
};

Failure no_json(const JsonError &error) {
   return jwk_failure("is no JSON: " + std::string(error.what()) + " (byte " +
                      std::to_string(error.offset()) + ")");
}

template <class Read>
auto with_reader(std::string_view json, Read read) {
   try {
      const JsonTree tree(json);
      return read(JwkReader(tree.root()));
   } catch (const JsonError &error) {
      throw no_json(error);
   }
}

} // namespace

bool alg_fits(KeyType type, std::string_view alg) {
   return alg == shape_of(type).alg || (is_rsa(type) && alg == "RSA-OAEP");
}

JwkMembers read_public_members(std::string_view json) {
   return with_reader(json, [](const JwkReader &reader) {
      const KeyType type = reader.type();
      reader.refuse_secrets();
      if (type == KeyType::oct)
         throw jwk_failure("is symmetric (`kty` oct): it has no public half");
      // WebCrypto gives the public half of a key agreement no operation at all.
      reader.check_purpose(kPublicOperations, !is_rsa(type));
      return JwkMembers{type, reader.numbers(type), {}, reader.alg(type), reader.kid()};
   });
}

JwkMembers read_private_members(SecretMemory memory, std::string_view json) {
   return with_reader(json, [memory](const JwkReader &reader) {
      const KeyType type = reader.type();
      reader.check_purpose(kPrivateOperations, false);
      return JwkMembers{type, reader.numbers(type), reader.secrets(type, memory), reader.alg(type),
                        reader.kid()};
   });
}

std::optional<JwkMembers> read_oct_facts(std::string_view json) {
   return with_reader(json, [](const JwkReader &reader) -> std::optional<JwkMembers> {
      const KeyType type = reader.type();
      if (type != KeyType::oct) return std::nullopt;
      reader.refuse_secrets();
      JwkMembers members{type, {}, {}, reader.alg(type), reader.kid()};
      if (members.kid.empty()) throw jwk_failure("has no `kid`");
      return members;
   });
}

} // namespace keyseat::sdk::jose
