// SPDX-License-Identifier: Apache-2.0
//
// JSON Web Keys (RFC 7517, 7518 section 6, 8037): PublicJwk and PrivateJwk, immutable.
//
// Kinds of keys: EC on P-256 and P-384, OKP on X25519, RSA of 2048 to 8192 bits, oct of 32 bytes.
// Each implies its key management algorithm:
//
//    EC, OKP   ECDH-ES+A256KW          oct   A256KW
//    RSA       RSA-OAEP-256 (RSA-OAEP where the JWK's `alg` says so)
//
// A JWK is refused (Failure, KEYSEAT_E_CONFIG) when it is no JSON, when `kty`, `crv` or a size is none
// of these, when `alg` contradicts the key, when `use` or `key_ops` forbid key management, when a
// coordinate has the wrong length or the point is not on its curve, when private and public half do
// not belong together, when `kid` is longer than KEYSEAT_MAX_KID. Messages name the member and quote
// no value.
//
// A key pair is named by its RFC 7638 thumbprint and by nothing else: a file's `kid` is whatever its
// author wrote there, another key's name included, and is not used. An oct key has no public name but
// its `kid`.

#ifndef KEYSEAT_SDK_JOSE_JWK_H
#define KEYSEAT_SDK_JOSE_JWK_H

#include <keyseat/sdk/secret.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace keyseat::sdk::jose {

enum class KeyType : std::uint8_t { oct, p256, p384, x25519, rsa2048, rsa3072, rsa_other };

// "oct", "P-256", "P-384", "X25519", "RSA-2048", "RSA-3072", "RSA" and back.
std::string_view key_type_name(KeyType type);
std::optional<KeyType> key_type_from_name(std::string_view name); // none: unknown, or "RSA"

struct KeyMaterial; // OpenSSL's key; defined inside the library

// The public numbers of a key pair, big-endian: what a device or another format has instead of a JWK.
// EC: x and y, each as long as the field (32 or 48 bytes). X25519: x, the 32 bytes of RFC 7748. RSA:
// n and e without leading zeros. The others are empty.
struct PublicNumbers {
   Bytes x;
   Bytes y;
   Bytes n;
   Bytes e;
};

// The public half of a key pair. Cheap to copy. Guarantees that the key is well-formed; says nothing
// about who holds the private half. Thread-safe.
class PublicJwk {
 public:
   // Reads a JWK; private members, if there are any, are refused: a private key does not belong where
   // a public one is named. Throws Failure(KEYSEAT_E_CONFIG).
   static PublicJwk parse(std::string_view json);

   // From numbers; `type` says which kind of RSA key only roughly: the modulus decides. An empty `alg`
   // is the key's usual one. Throws Failure(KEYSEAT_E_CONFIG).
   static PublicJwk from_numbers(KeyType type, PublicNumbers numbers, std::string alg = {});

   // The same key for another algorithm of its type. Its numbers are not checked again, which takes
   // milliseconds for RSA. Throws Failure(KEYSEAT_E_CONFIG).
   PublicJwk with_alg(std::string alg) const;

   const PublicNumbers &numbers() const;

   KeyType type() const { return type_; }
   std::string_view alg() const { return alg_; }

   // The thumbprint: RFC 7638 with SHA-256, base64url.
   const std::string &kid() const { return kid_; }

   // A compact JWK: the key's members, `alg`, `kid`; no `key_ops`. In canonical form (RFC 8785), as
   // key_members_json() is.
   std::string to_json() const;

   // The members that define the key and no others: what a thumbprint is made of, and an `epk`.
   std::string key_members_json() const;

   const KeyMaterial &material() const { return *material_; }

 private:
   friend class PrivateJwk;
   PublicJwk(std::shared_ptr<const KeyMaterial> material, std::string alg);

   std::shared_ptr<const KeyMaterial> material_;
   KeyType type_;
   std::string alg_;
   std::string kid_;
};

// A private or symmetric key. Move-only; the key's JSON and its secret numbers live in secret memory
// where this library holds them, and in OpenSSL's own structures, wiped when they are freed.
class PrivateJwk {
 public:
   // Reads a JWK from secret text. Throws Failure(KEYSEAT_E_CONFIG). `oct` keys without `kid` are
   // refused: nothing public would name them.
   static PrivateJwk parse(SecretMemory memory, std::string_view json);

   // Draws a new key; `kid` is the thumbprint, for oct 16 random bytes in base64url.
   static PrivateJwk generate(SecretMemory memory, KeyType type);

   PrivateJwk(PrivateJwk &&) noexcept;
   PrivateJwk &operator=(PrivateJwk &&) noexcept;
   PrivateJwk(const PrivateJwk &) = delete;
   PrivateJwk &operator=(const PrivateJwk &) = delete;
   ~PrivateJwk();

   KeyType type() const;
   std::string_view alg() const;
   const std::string &kid() const; // a key pair's thumbprint; the `kid` of an oct key
   const std::optional<PublicJwk> &public_half() const; // none for oct

   // A compact JWK in secret memory: kty, key members, alg, kid; in canonical form (RFC 8785).
   SecretBytes to_json() const;

   SecretMemory memory() const; // where its secrets lie

   const KeyMaterial &material() const; // key pairs only
   BytesView secret_octets() const;     // oct only: the 32 bytes

 private:
   struct State;
   explicit PrivateJwk(std::unique_ptr<State> state);
   static PrivateJwk from_octets(std::string kid, SecretBytes octets);
   static PrivateJwk from_pair(SecretMemory memory, std::shared_ptr<const KeyMaterial> pair,
                               std::shared_ptr<const KeyMaterial> public_half, std::string alg);
   std::unique_ptr<State> state_;
};

} // namespace keyseat::sdk::jose

#endif
