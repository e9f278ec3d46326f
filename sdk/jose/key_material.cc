// SPDX-License-Identifier: Apache-2.0
#include "key_material.h"

#include "rsa_consistency.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>

#include <algorithm>

namespace keyseat::sdk::jose {
namespace {

constexpr KeyShape kShapes[] = {
      {KeyType::oct, "oct", "oct", "", 32, "A256KW"},
      {KeyType::p256, "P-256", "EC", "P-256", 32, "ECDH-ES+A256KW"},
      {KeyType::p384, "P-384", "EC", "P-384", 48, "ECDH-ES+A256KW"},
      {KeyType::x25519, "X25519", "OKP", "X25519", 32, "ECDH-ES+A256KW"},
      {KeyType::rsa2048, "RSA-2048", "RSA", "", 2048, "RSA-OAEP-256"},
      {KeyType::rsa3072, "RSA-3072", "RSA", "", 3072, "RSA-OAEP-256"},
      {KeyType::rsa_other, "RSA", "RSA", "", 0, "RSA-OAEP-256"},
};

constexpr std::size_t kLeastRsaBits = 2048;
constexpr std::size_t kMostRsaBits = 8192;
constexpr std::size_t kMostExponentSize = 8; // a larger `e` only burns the CPU of who encrypts

constexpr const char *kRsaParams[] = {
      OSSL_PKEY_PARAM_RSA_D,         OSSL_PKEY_PARAM_RSA_FACTOR1,
      OSSL_PKEY_PARAM_RSA_FACTOR2,   OSSL_PKEY_PARAM_RSA_EXPONENT1,
      OSSL_PKEY_PARAM_RSA_EXPONENT2, OSSL_PKEY_PARAM_RSA_COEFFICIENT1};

bool is_little_endian() {
   const std::uint16_t one = 1;
   std::uint8_t first = 0;
   std::memcpy(&first, &one, 1);
   return first == 1;
}

// OpenSSL passes numbers in the byte order of the machine.
void swap_if_little_endian(std::uint8_t *data, std::size_t size) {
   if (is_little_endian()) std::reverse(data, data + size);
}

// The parameters that a key is made from. Values are kept in secret memory, as some are secret.
class KeyParams {
 public:
   explicit KeyParams(SecretMemory memory) : memory_(memory) {}
   void add_number(const char *name, BytesView big_endian) {
      SecretBytes &value = keep(big_endian);
      swap_if_little_endian(value.data(), value.size());
      params_.push_back(OSSL_PARAM_construct_BN(name, value.data(), value.size()));
   }
   void add_octets(const char *name, BytesView bytes) {
      SecretBytes &value = keep(bytes);
      params_.push_back(OSSL_PARAM_construct_octet_string(name, value.data(), value.size()));
   }
   void add_text(const char *name, std::string_view text) {
      SecretBytes &value = keep(as_bytes(text));
      value.resize(text.size() + 1); // OpenSSL reads group names up to a NUL, whatever the size
      params_.push_back(OSSL_PARAM_construct_utf8_string(
            name, reinterpret_cast<char *>(value.data()), text.size()));
   }

   // Null when OpenSSL refuses the values.
   KeyPtr make_key(const char *algorithm, int selection) {
      const KeyContextPtr context(
            EVP_PKEY_CTX_new_from_name(openssl().context, algorithm, nullptr));
      if (!context) openssl_failed("EVP_PKEY_CTX_new_from_name");
      require(EVP_PKEY_fromdata_init(context.get()), "EVP_PKEY_fromdata_init");
      params_.push_back(OSSL_PARAM_construct_end());
      EVP_PKEY *key = nullptr;
      if (EVP_PKEY_fromdata(context.get(), &key, selection, params_.data()) != 1) return nullptr;
      return KeyPtr(key);
   }

 private:
   SecretBytes &keep(BytesView bytes) {
      values_.emplace_back(memory_, bytes);
      return values_.back();
   }

   SecretMemory memory_;
   std::vector<SecretBytes> values_;
   std::vector<OSSL_PARAM> params_;
};

KeyContextPtr make_key_context(EVP_PKEY *key) {
   KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(openssl().context, key, nullptr));
   if (!context) openssl_failed("EVP_PKEY_CTX_new_from_pkey");
   return context;
}

// Whether the halves of a pair belong together. The public one has been checked by itself, which
// EVP_PKEY_check() would do again for a point, by multiplying it with the order.
bool halves_agree(const KeyShape &shape, EVP_PKEY *key) {
   const KeyContextPtr context = make_key_context(key);
   if (shape.kty != "EC") return EVP_PKEY_check(context.get()) == 1;
   return EVP_PKEY_private_check(context.get()) == 1 && EVP_PKEY_pairwise_check(context.get()) == 1;
}

void check_size(BytesView bytes, std::size_t size, const char *member) {
   if (bytes.size() != size)
      throw jwk_failure(std::string("has a `") + member + "` of the wrong length");
}

// RFC 7518 section 2, Base64urlUInt: the shortest form.
void check_shortest(BytesView number, const char *member) {
   if (number.empty() || number[0] == 0) {
      throw jwk_failure(std::string("has a `") + member +
                        "` that is not the shortest form of a positive number");
   }
}

std::size_t bits_of(BytesView number) {
   std::size_t bits = 8 * number.size();
   for (unsigned top = number[0]; top < 0x80; top <<= 1)
      --bits;
   return bits;
}

KeyType rsa_type(BytesView modulus) {
   const std::size_t bits = bits_of(modulus);
   if (bits < kLeastRsaBits || bits > kMostRsaBits)
      throw jwk_failure("is an RSA key of less than 2048 or more than 8192 bits");
   if (bits == 2048) return KeyType::rsa2048;
   return bits == 3072 ? KeyType::rsa3072 : KeyType::rsa_other;
}

void check_numbers(const KeyShape &shape, const PublicNumbers &numbers) {
   if (shape.kty == "RSA") {
      check_shortest(numbers.n, "n");
      check_shortest(numbers.e, "e");
      if (numbers.e.size() > kMostExponentSize || numbers.e.back() % 2 == 0 ||
          (numbers.e.size() == 1 && numbers.e[0] == 1))
         throw jwk_failure("has an `e` that is even, 1, or longer than 8 bytes");
      return;
   }
   check_size(numbers.x, shape.size, "x");
   if (shape.kty == "EC") check_size(numbers.y, shape.size, "y");
}

void add_public(KeyParams &params, const KeyShape &shape, const PublicNumbers &numbers) {
   if (shape.kty == "RSA") {
      params.add_number(OSSL_PKEY_PARAM_RSA_N, numbers.n);
      params.add_number(OSSL_PKEY_PARAM_RSA_E, numbers.e);
   } else if (shape.kty == "EC") {
      Bytes point = {4}; // SEC 1 section 2.3.3, uncompressed
      point.insert(point.end(), numbers.x.begin(), numbers.x.end());
      point.insert(point.end(), numbers.y.begin(), numbers.y.end());
      params.add_text(OSSL_PKEY_PARAM_GROUP_NAME, shape.crv);
      params.add_octets(OSSL_PKEY_PARAM_PUB_KEY, point);
   } else {
      params.add_octets(OSSL_PKEY_PARAM_PUB_KEY, numbers.x);
   }
}

const char *openssl_name(const KeyShape &shape) {
   if (shape.kty == "RSA") return "RSA";
   return shape.kty == "EC" ? "EC" : "X25519";
}

const char *invalid_public_key(const KeyShape &shape) {
   if (shape.kty == "RSA") return "has an `n` that is no RSA modulus";
   return "has a point (`x`, `y`) that is not on its curve";
}

// True when an agreement with `key` has the same result whatever the other key is (RFC 7748 section
// 6.1): a multiple of the cofactor, as every X25519 scalar is, leads a point of low order to zero.
bool is_of_low_order(EVP_PKEY *key) {
   constexpr std::uint8_t kAnyScalar[32] = {8};
   const KeyPtr other(EVP_PKEY_new_raw_private_key_ex(openssl().context, "X25519", nullptr,
                                                      kAnyScalar, sizeof kAnyScalar));
   if (!other) openssl_failed("EVP_PKEY_new_raw_private_key_ex");
   const KeyContextPtr context = make_key_context(other.get());
   require(EVP_PKEY_derive_init(context.get()), "EVP_PKEY_derive_init");
   require(EVP_PKEY_derive_set_peer_ex(context.get(), key, 0), "EVP_PKEY_derive_set_peer_ex");
   std::uint8_t result[32] = {};
   std::size_t size = sizeof result;
   return EVP_PKEY_derive(context.get(), result, &size) != 1 ||
          std::all_of(std::begin(result), std::end(result), [](auto byte) { return byte == 0; });
}

// A number of `key`, big-endian, in at most `room` bytes.
SecretBytes number_of(SecretMemory memory, const EVP_PKEY *key, const char *name,
                      std::size_t room) {
   SecretBytes number(memory, room);
   OSSL_PARAM params[] = {OSSL_PARAM_construct_BN(name, number.data(), number.size()),
                          OSSL_PARAM_construct_end()};
   require(EVP_PKEY_get_params(key, params), "EVP_PKEY_get_params");
   const std::size_t size = params[0].return_size;
   swap_if_little_endian(number.data(), size);
   number.resize(size);
   return number;
}

// Without leading zero bytes.
SecretBytes shortest(const SecretBytes &number) {
   BytesView view = number.view();
   while (view.size() > 1 && view[0] == 0)
      view = view.sub(1);
   return {number.memory(), view};
}

PublicNumbers public_numbers(const EVP_PKEY *key, const KeyShape &shape) {
   const auto to_bytes = [](BytesView view) { return Bytes(view.begin(), view.end()); };
   PublicNumbers numbers;
   if (shape.kty == "RSA") {
      const std::size_t room = kMostRsaBits / 8;
      const SecretMemory memory = transient_memory();
      numbers.n = to_bytes(shortest(number_of(memory, key, OSSL_PKEY_PARAM_RSA_N, room)));
      numbers.e = to_bytes(shortest(number_of(memory, key, OSSL_PKEY_PARAM_RSA_E, room)));
      return numbers;
   }
   Bytes encoded(2 * shape.size + 1);
   std::size_t size = 0;
   require(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, encoded.data(),
                                           encoded.size(), &size),
           "EVP_PKEY_get_octet_string_param");
   const BytesView view(encoded.data(), size);
   if (shape.kty == "OKP") {
      numbers.x = to_bytes(view);
   } else {
      numbers.x = to_bytes(view.sub(1, shape.size));
      numbers.y = to_bytes(view.sub(1 + shape.size));
   }
   return numbers;
}

// Sizes are checked; whether the key is a good one is not.
KeyMaterialPtr make_public(KeyType type, PublicNumbers numbers) {
   check_numbers(shape_of(type), numbers);
   if (is_rsa(type)) type = rsa_type(numbers.n);
   const KeyShape &shape = shape_of(type);
   KeyParams params(transient_memory());
   add_public(params, shape, numbers);
   KeyPtr key = params.make_key(openssl_name(shape), EVP_PKEY_PUBLIC_KEY);
   if (!key) throw jwk_failure(invalid_public_key(shape));
   return std::make_shared<const KeyMaterial>(
         KeyMaterial{std::move(key), type, std::move(numbers)});
}

} // namespace

const KeyShape &shape_of(KeyType type) { return kShapes[static_cast<std::size_t>(type)]; }

bool is_rsa(KeyType type) { return shape_of(type).kty == "RSA"; }

std::string_view key_type_name(KeyType type) { return shape_of(type).name; }

std::optional<KeyType> key_type_from_name(std::string_view name) {
   for (const KeyShape &shape : kShapes) {
      if (shape.name == name && shape.type != KeyType::rsa_other) return shape.type;
   }
   return std::nullopt;
}

Failure jwk_failure(const std::string &what) { return {KEYSEAT_E_CONFIG, "the JWK " + what}; }

KeyMaterialPtr import_public_key(KeyType type, PublicNumbers numbers) {
   const ErrorScope errors;
   KeyMaterialPtr material = make_public(type, std::move(numbers));
   const KeyShape &shape = shape_of(material->type);
   const KeyContextPtr context = make_key_context(material->key.get());
   // The quick check of a curve of prime order is a complete one, but for the point at infinity times
   // the order, which no encoded point is.
   const int valid = shape.kty == "RSA" ? EVP_PKEY_public_check(context.get())
                                        : EVP_PKEY_public_check_quick(context.get());
   if (valid != 1) throw jwk_failure(invalid_public_key(shape));
   if (shape.kty == "OKP" && is_of_low_order(material->key.get())) {
      throw jwk_failure(
            "has a point (`x`) of low order: everybody could open what is sealed for it");
   }
   return material;
}

KeyMaterialPtr public_half_of(const KeyMaterial &pair) {
   const ErrorScope errors;
   return make_public(pair.type, pair.numbers);
}

ImportedPair import_private_key(KeyType type, PublicNumbers numbers,
                                const PrivateNumbers &secrets) {
   const ErrorScope errors;
   // The public half by itself first: its mistakes have names. What its check would say of an RSA
   // modulus follows from the primes.
   KeyMaterialPtr public_half =
         is_rsa(type) ? make_public(type, numbers) : import_public_key(type, numbers);
   const KeyShape &shape = shape_of(public_half->type);

   KeyParams params(secrets.front().value.memory());
   add_public(params, shape, numbers);
   for (const PrivateNumber &secret : secrets) {
      if (shape.kty == "RSA") {
         check_shortest(secret.value, secret.name);
         const auto *const found = std::find(kRsaSecretNames.begin(), kRsaSecretNames.end(),
                                             std::string_view(secret.name));
         params.add_number(kRsaParams[found - kRsaSecretNames.begin()], secret.value);
      } else {
         check_size(secret.value, shape.size, secret.name);
         if (shape.kty == "EC") {
            params.add_number(OSSL_PKEY_PARAM_PRIV_KEY, secret.value);
         } else {
            params.add_octets(OSSL_PKEY_PARAM_PRIV_KEY, secret.value);
         }
      }
   }
   KeyPtr key = params.make_key(openssl_name(shape), EVP_PKEY_KEYPAIR);
   // EVP_PKEY_check() of an RSA key tests its primes, each time that it is loaded.
   const bool agree = shape.kty == "RSA" ? rsa_numbers_agree(numbers, secrets)
                                         : key && halves_agree(shape, key.get());
   if (!key || !agree)
      throw jwk_failure("has a private half that does not belong to its public half");
   auto pair = std::make_shared<const KeyMaterial>(
         KeyMaterial{std::move(key), shape.type, std::move(numbers)});
   return {std::move(pair), std::move(public_half)};
}

KeyMaterialPtr generate_key(KeyType type) {
   const ErrorScope errors;
   const KeyShape &shape = shape_of(type);
   OSSL_LIB_CTX *context = openssl().context;
   KeyPtr key;
   if (shape.kty == "EC") {
      key.reset(EVP_PKEY_Q_keygen(context, nullptr, "EC", std::string(shape.crv).c_str()));
   } else if (shape.kty == "OKP") {
      key.reset(EVP_PKEY_Q_keygen(context, nullptr, "X25519"));
   } else if (shape.kty == "RSA" && shape.size != 0) {
      key.reset(EVP_PKEY_Q_keygen(context, nullptr, "RSA", shape.size));
   } else {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "keys of this type are not generated");
   }
   if (!key) openssl_failed("EVP_PKEY_Q_keygen");
   PublicNumbers numbers = public_numbers(key.get(), shape);
   return std::make_shared<const KeyMaterial>(
         KeyMaterial{std::move(key), type, std::move(numbers)});
}

PrivateNumbers private_numbers(SecretMemory memory, const KeyMaterial &material) {
   const ErrorScope errors;
   const KeyShape &shape = shape_of(material.type);
   PrivateNumbers secrets;
   if (shape.kty == "RSA") {
      for (const std::size_t i : {0, 3, 4, 1, 2, 5}) { // d, dp, dq, p, q, qi
         const SecretBytes number =
               number_of(memory, material.key.get(), kRsaParams[i], material.numbers.n.size());
         secrets.push_back({kRsaSecretNames[i], shortest(number)});
      }
   } else if (shape.kty == "EC") {
      secrets.push_back(
            {"d", number_of(memory, material.key.get(), OSSL_PKEY_PARAM_PRIV_KEY, shape.size)});
      if (secrets[0].value.size() != shape.size) openssl_failed("EVP_PKEY_get_params");
   } else {
      SecretBytes d(memory, shape.size);
      std::size_t size = d.size();
      require(EVP_PKEY_get_raw_private_key(material.key.get(), d.data(), &size),
              "EVP_PKEY_get_raw_private_key");
      secrets.push_back({"d", std::move(d)});
   }
   return secrets;
}

} // namespace keyseat::sdk::jose
