// SPDX-License-Identifier: Apache-2.0

#include "key.h"

#include "ec_point.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace pkcs11 {

using keyseat::sdk::as_bytes;

namespace {

constexpr std::size_t kAesKeySize = 32;
constexpr std::size_t kSelfSufficientId = 16; // bytes of a CKA_ID that is unique by itself

Failure unsuitable(const char *why) { return {KEYSEAT_E_UNSUPPORTED, why}; }

// An attribute from the first of the objects that tells it.
std::optional<Bytes> first_of(const Objects &objects, const Key &key, CK_ATTRIBUTE_TYPE type) {
   for (const CK_OBJECT_HANDLE object : {key.public_object, key.own_object}) {
      if (object == CK_INVALID_HANDLE) continue;
      if (auto value = objects.bytes(object, type); value && !value->empty()) return value;
   }
   return std::nullopt;
}

Bytes without_leading_zeros(const Bytes &number) {
   return {std::find_if(number.begin(), number.end(), [](std::uint8_t byte) { return byte != 0; }),
           number.end()};
}

jose::PublicJwk read_rsa(const Objects &objects, const Key &key) {
   const auto modulus = first_of(objects, key, CKA_MODULUS);
   const auto exponent = first_of(objects, key, CKA_PUBLIC_EXPONENT);
   if (!modulus || !exponent) throw unsuitable("the token does not tell its public half");
   return jose::PublicJwk::from_numbers(
         jose::KeyType::rsa_other,
         {{}, {}, without_leading_zeros(*modulus), without_leading_zeros(*exponent)});
}

jose::PublicJwk read_ec(const Objects &objects, const Key &key) {
   const auto parameters = first_of(objects, key, CKA_EC_PARAMS);
   if (!parameters) throw unsuitable("the token does not tell its curve");
   const auto type = curve_of(*parameters);
   if (!type) throw unsuitable("its curve is neither P-256 nor P-384");
   const auto encoded = first_of(objects, key, CKA_EC_POINT);
   if (!encoded) throw unsuitable("the token does not tell its public half");
   const auto point = read_point(*type, *encoded);
   if (!point) throw unsuitable("its public half is no uncompressed point of its curve");
   return jose::PublicJwk::from_numbers(*type, {point->x, point->y, {}, {}});
}

void read_own_attributes(const Objects &objects, Key &key) {
   const CK_OBJECT_HANDLE own = key.own_object;
   key.usage = {objects.truth(own, CKA_ENCRYPT), objects.truth(own, CKA_DECRYPT),
                objects.truth(own, CKA_WRAP), objects.truth(own, CKA_UNWRAP),
                objects.truth(own, CKA_DERIVE)};
   key.always_authenticate = objects.truth(own, CKA_ALWAYS_AUTHENTICATE);
   key.extractable = objects.truth(own, CKA_EXTRACTABLE);
   key.never_extractable = objects.truth(own, CKA_NEVER_EXTRACTABLE);
   key.local = objects.truth(own, CKA_LOCAL);
   const auto allowed = objects.bytes(own, CKA_ALLOWED_MECHANISMS);
   if (!allowed || allowed->empty()) return; // absent, or empty where a token knows no restriction
   key.allowed.emplace(allowed->size() / sizeof(CK_MECHANISM_TYPE));
   std::memcpy(key.allowed->data(), allowed->data(),
               key.allowed->size() * sizeof(CK_MECHANISM_TYPE));
}

void require_usage(const Key &key) {
   if (key.own_object == CK_INVALID_HANDLE) return;
   const Usage &u = key.usage;
   if (!key.is_pair() && !(u.encrypt && u.decrypt) && !(u.wrap && u.unwrap)) {
      throw unsuitable("it may neither encrypt and decrypt nor wrap and unwrap");
   }
   if (key.is_rsa() && !u.decrypt && !u.unwrap) throw unsuitable("it may not decrypt");
   if (key.is_pair() && !key.is_rsa() && !u.derive) throw unsuitable("it may not derive");
}

// What is needed to tell which halves belong together.
struct Half {
   CK_OBJECT_HANDLE handle;
   CK_OBJECT_CLASS object_class;
   CK_ULONG key_type;
   Bytes id;
   std::string label;
};

using Halves = std::vector<Half>;

bool is_key(CK_OBJECT_CLASS object_class) {
   switch (object_class) {
      case CKO_SECRET_KEY:
      case CKO_PRIVATE_KEY:
      case CKO_PUBLIC_KEY:
         return true;
      default:
         return false;
   }
}

// Keys of any class: one search, since a search can be slow.
Halves find_halves(const Objects &objects, const std::optional<Bytes> &id,
                   const std::optional<std::string> &label) {
   Template wanted;
   wanted.truth(CKA_TOKEN, true);
   if (id) wanted.bytes(CKA_ID, *id);
   if (label) wanted.bytes(CKA_LABEL, as_bytes(*label));
   Halves halves;
   for (const CK_OBJECT_HANDLE handle : objects.find(wanted)) {
      const auto object_class = objects.number(handle, CKA_CLASS);
      if (!object_class || !is_key(*object_class)) continue;
      halves.push_back(
            {handle, *object_class, objects.number(handle, CKA_KEY_TYPE).value_or(CK_ULONG(-1)),
             objects.bytes(handle, CKA_ID).value_or(Bytes{}), objects.text(handle, CKA_LABEL)});
   }
   return halves;
}

Halves of_class(const Halves &halves, CK_OBJECT_CLASS object_class) {
   Halves result;
   std::copy_if(halves.begin(), halves.end(), std::back_inserter(result),
                [&](const Half &half) { return half.object_class == object_class; });
   return result;
}

bool belong_together(const Half &a, const Half &b) {
   if (a.key_type != b.key_type || a.id != b.id) return false;
   return !a.id.empty() || a.label == b.label;
}

// The other half of `half`, taken out of `others`; one that the URI's label does not match is looked
// for by CKA_ID. CK_INVALID_HANDLE: none in sight.
CK_OBJECT_HANDLE take_other_half(const Objects &objects, const KeyUri &uri, const Half &half,
                                 Halves &others, CK_OBJECT_CLASS other_class) {
   const auto found = std::find_if(others.begin(), others.end(),
                                   [&](const Half &other) { return belong_together(half, other); });
   if (found != others.end()) {
      const CK_OBJECT_HANDLE handle = found->handle;
      others.erase(found);
      return handle;
   }
   if (half.id.empty() || !uri.label()) return CK_INVALID_HANDLE; // the first search found all
   for (const Half &other : of_class(find_halves(objects, half.id, std::nullopt), other_class)) {
      if (other.key_type == half.key_type) return other.handle;
   }
   return CK_INVALID_HANDLE;
}

void add_key(FoundKeys &found, const Objects &objects, const Token &token, const Half &half,
             CK_OBJECT_HANDLE public_object, CK_OBJECT_HANDLE own_object) {
   try {
      found.keys.push_back(read_key(objects, public_object, own_object));
   } catch (const Failure &failure) {
      found.unsuitable.push_back(
            describe_object(token.info, half.object_class, half.id, half.label) + ": " +
            failure.message());
   }
}

} // namespace

bool Key::is_rsa() const {
   return type == jose::KeyType::rsa2048 || type == jose::KeyType::rsa3072 ||
          type == jose::KeyType::rsa_other;
}

bool Key::allows(CK_MECHANISM_TYPE mechanism) const {
   return !allowed || std::find(allowed->begin(), allowed->end(), mechanism) != allowed->end();
}

CK_OBJECT_CLASS Key::object_class() const { return is_pair() ? CKO_PRIVATE_KEY : CKO_SECRET_KEY; }

Key read_key(const Objects &objects, CK_OBJECT_HANDLE public_object, CK_OBJECT_HANDLE own_object) {
   Key key;
   key.public_object = public_object;
   key.own_object = own_object;
   const CK_OBJECT_HANDLE named = own_object == CK_INVALID_HANDLE ? public_object : own_object;
   key.id = objects.bytes(named, CKA_ID).value_or(Bytes{});
   key.label = objects.text(named, CKA_LABEL);
   switch (objects.number(named, CKA_KEY_TYPE).value_or(CK_ULONG(-1))) {
      case CKK_AES: {
         // 0: not told, as by SoftHSM of keys that were imported.
         const CK_ULONG size = objects.number(own_object, CKA_VALUE_LEN).value_or(0);
         if (size != 0 && size != kAesKeySize) throw unsuitable("it is no AES key of 256 bits");
         break;
      }
      case CKK_RSA:
         key.jwk = read_rsa(objects, key);
         break;
      case CKK_EC:
         key.jwk = read_ec(objects, key);
         break;
      default:
         throw unsuitable("it is no AES, RSA or EC key");
   }
   if (key.jwk) key.type = key.jwk->type();
   if (own_object != CK_INVALID_HANDLE) read_own_attributes(objects, key);
   if (public_object != CK_INVALID_HANDLE) {
      key.public_half_wraps = key.is_rsa() ? objects.truth(public_object, CKA_ENCRYPT) ||
                                                   objects.truth(public_object, CKA_WRAP)
                                           : objects.truth(public_object, CKA_DERIVE);
   }
   require_usage(key);
   return key;
}

FoundKeys find_keys(const Objects &objects, const Token &token, const KeyUri &uri) {
   FoundKeys found;
   const auto wanted = uri.object_class();
   const Halves all = find_halves(objects, uri.id(), uri.label());
   if (!wanted || *wanted == CKO_SECRET_KEY) {
      for (const Half &half : of_class(all, CKO_SECRET_KEY))
         add_key(found, objects, token, half, CK_INVALID_HANDLE, half.handle);
   }
   if (wanted && *wanted == CKO_SECRET_KEY) return found;
   Halves publics = of_class(all, CKO_PUBLIC_KEY);
   for (const Half &half : of_class(all, CKO_PRIVATE_KEY)) {
      const auto other = take_other_half(objects, uri, half, publics, CKO_PUBLIC_KEY);
      add_key(found, objects, token, half, other, half.handle);
   }
   Halves none;
   for (const Half &half : publics) {
      const auto other = take_other_half(objects, uri, half, none, CKO_PRIVATE_KEY);
      add_key(found, objects, token, half, half.handle, other);
   }
   return found;
}

std::string secret_kid(const Token &token, BytesView id) {
   const std::string serial = id.size() >= kSelfSufficientId ? "" : token.serial();
   return jose::base64url_encode(
         jose::sha256({as_bytes("keyseat kid v1"), as_bytes(serial), as_bytes("\n"), id}));
}

std::string kid_of(const Token &token, const Key &key) {
   return key.jwk ? key.jwk->kid() : secret_kid(token, key.id);
}

std::string describe_key(const Token &token, const Key &key) {
   return describe_object(token.info, key.object_class(), key.id, key.label) + " (" +
          std::string(key.is_pair() ? jose::key_type_name(key.type) : "AES-256") + ")";
}

} // namespace pkcs11
