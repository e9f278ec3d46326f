// SPDX-License-Identifier: Apache-2.0
#include "key_operations.h"

#include <keyseat/sdk/jose/key_management.h>

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace keyseat::sdk::jose {
namespace {

KeyContextPtr make_context(const KeyMaterial &material) {
   KeyContextPtr context(
         EVP_PKEY_CTX_new_from_pkey(openssl().context, material.key.get(), nullptr));
   if (!context) openssl_failed("EVP_PKEY_CTX_new_from_pkey");
   return context;
}

// In a time that depends on the size only.
bool is_all_zero(BytesView bytes) {
   unsigned bits = 0;
   for (const std::uint8_t byte : bytes)
      bits |= byte;
   return bits == 0;
}

struct OaepParams {
   explicit OaepParams(bool sha1)
         : params{text_param(OSSL_ASYM_CIPHER_PARAM_PAD_MODE, "oaep"),
                  text_param(OSSL_ASYM_CIPHER_PARAM_OAEP_DIGEST, sha1 ? "SHA1" : "SHA2-256"),
                  text_param(OSSL_ASYM_CIPHER_PARAM_MGF1_DIGEST, sha1 ? "SHA1" : "SHA2-256"),
                  OSSL_PARAM_construct_end()} {}
   OSSL_PARAM params[4];
};

} // namespace

std::optional<SecretBytes> agree(SecretMemory memory, const KeyMaterial &own,
                                 const KeyMaterial &other) {
   const ErrorScope errors;
   if (own.type != other.type || is_rsa(own.type)) return std::nullopt;
   const KeyContextPtr context = make_context(own);
   require(EVP_PKEY_derive_init(context.get()), "EVP_PKEY_derive_init");
   // Without a check of the peer: a public key is checked when it is read.
   require(EVP_PKEY_derive_set_peer_ex(context.get(), other.key.get(), 0),
           "EVP_PKEY_derive_set_peer_ex");
   SecretBytes shared_secret(memory, shape_of(own.type).size);
   std::size_t size = shared_secret.size();
   if (EVP_PKEY_derive(context.get(), shared_secret.data(), &size) != 1 ||
       size != shared_secret.size() || is_all_zero(shared_secret))
      return std::nullopt;
   return shared_secret;
}

std::optional<SecretBytes> ecdh(SecretMemory memory, const PrivateJwk &own,
                                const PublicJwk &other) {
   if (own.type() == KeyType::oct) return std::nullopt;
   return agree(memory, own.material(), other.material());
}

Bytes rsa_oaep_encrypt(const PublicJwk &key, bool sha1, BytesView message) {
   const ErrorScope errors;
   if (!is_rsa(key.type())) throw Failure(KEYSEAT_E_INTERNAL, "RSA-OAEP takes an RSA key");
   const KeyContextPtr context = make_context(key.material());
   require(EVP_PKEY_encrypt_init_ex(context.get(), OaepParams(sha1).params),
           "EVP_PKEY_encrypt_init_ex");
   Bytes ciphertext(key.numbers().n.size());
   std::size_t size = ciphertext.size();
   require(
         EVP_PKEY_encrypt(context.get(), ciphertext.data(), &size, message.data(), message.size()),
         "EVP_PKEY_encrypt");
   return ciphertext;
}

std::optional<SecretBytes> rsa_oaep_decrypt(SecretMemory memory, const PrivateJwk &key, bool sha1,
                                            BytesView ciphertext) {
   const ErrorScope errors;
   if (!is_rsa(key.type())) throw Failure(KEYSEAT_E_INTERNAL, "RSA-OAEP takes an RSA key");
   const KeyContextPtr context = make_context(key.material());
   require(EVP_PKEY_decrypt_init_ex(context.get(), OaepParams(sha1).params),
           "EVP_PKEY_decrypt_init_ex");
   SecretBytes message(memory, key.material().numbers.n.size());
   std::size_t size = message.size();
   if (ciphertext.size() != message.size() ||
       EVP_PKEY_decrypt(context.get(), message.data(), &size, ciphertext.data(),
                        ciphertext.size()) != 1)
      return std::nullopt;
   message.resize(size);
   return message;
}

} // namespace keyseat::sdk::jose
