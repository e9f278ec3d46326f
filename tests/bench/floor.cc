// SPDX-License-Identifier: Apache-2.0

#include "bench/floor.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace keyseat::bench {

namespace {

void must(int ok) {
   if (ok != 1) throw std::runtime_error("OpenSSL failed");
}

using Buffer = std::vector<unsigned char>;

} // namespace

struct Floor::State {
   FloorKey key;
   Buffer plaintext;
   Buffer ciphertext;
   Buffer associated;
   Buffer digested; // the longest text
   std::vector<std::size_t> digested_sizes;
   std::array<unsigned char, 32> kek{};
   std::array<unsigned char, 32> cek{};
   std::array<unsigned char, 40> wrapped{};
   std::array<unsigned char, 16> id{};
   std::array<unsigned char, 16> salt{};
   std::array<unsigned char, 12> iv{};
   std::array<unsigned char, 16> tag{};
   std::array<unsigned char, 32> digest{};

   EVP_CIPHER *gcm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
   EVP_CIPHER *wrap = EVP_CIPHER_fetch(nullptr, "id-aes256-wrap", nullptr);
   EVP_MD *sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
   EVP_KDF *hkdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
   EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
   EVP_MD_CTX *hash = EVP_MD_CTX_new();
   EVP_PKEY *pair = EVP_EC_gen("P-256");
   EVP_PKEY *ephemeral = EVP_EC_gen("P-256");

   ~State() {
      EVP_CIPHER_free(gcm);
      EVP_CIPHER_free(wrap);
      EVP_MD_free(sha256);
      EVP_KDF_free(hkdf);
      EVP_CIPHER_CTX_free(cipher);
      EVP_MD_CTX_free(hash);
      EVP_PKEY_free(pair);
      EVP_PKEY_free(ephemeral);
   }

   void agree(EVP_PKEY *own, EVP_PKEY *other) {
      EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, nullptr);
      std::size_t size = kek.size();
      must(EVP_PKEY_derive_init(context));
      must(EVP_PKEY_derive_set_peer(context, other));
      must(EVP_PKEY_derive(context, kek.data(), &size));
      EVP_PKEY_CTX_free(context);
      sha(kek.data(), kek.size()); // Concat KDF
   }

   void sha(const unsigned char *data, std::size_t size) {
      must(EVP_DigestInit_ex2(hash, sha256, nullptr));
      must(EVP_DigestUpdate(hash, data, size));
      must(EVP_DigestFinal_ex(hash, digest.data(), nullptr));
   }

   void digest_all() {
      for (const std::size_t size : digested_sizes)
         sha(digested.data(), size);
   }

   void derive_commitment() {
      EVP_KDF_CTX *context = EVP_KDF_CTX_new(hkdf);
      std::array name = {'S', 'H', 'A', '2', '5', '6', '\0'};
      std::array<unsigned char, 17> info{}; // "keyseat commit v1"
      const std::array<OSSL_PARAM, 5> parameters = {
            OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, cek.data(), cek.size()),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, id.data(), id.size()),
            OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
            OSSL_PARAM_construct_end()};
      must(EVP_KDF_derive(context, digest.data(), digest.size(), parameters.data()));
      EVP_KDF_CTX_free(context);
   }

   void key_wrap(bool encrypt) {
      EVP_CIPHER_CTX_set_flags(cipher, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
      must(EVP_CipherInit_ex2(cipher, wrap, kek.data(), nullptr, encrypt ? 1 : 0, nullptr));
      int size = 0;
      if (encrypt) {
         must(EVP_CipherUpdate(cipher, wrapped.data(), &size, cek.data(),
                               static_cast<int>(cek.size())));
      } else {
         must(EVP_CipherUpdate(cipher, cek.data(), &size, wrapped.data(),
                               static_cast<int>(wrapped.size())));
      }
   }

   void content(bool encrypt) {
      must(EVP_CipherInit_ex2(cipher, gcm, cek.data(), iv.data(), encrypt ? 1 : 0, nullptr));
      int size = 0;
      must(EVP_CipherUpdate(cipher, nullptr, &size, associated.data(),
                            static_cast<int>(associated.size())));
      Buffer &from = encrypt ? plaintext : ciphertext;
      Buffer &to = encrypt ? ciphertext : plaintext;
      must(EVP_CipherUpdate(cipher, to.data(), &size, from.data(), static_cast<int>(from.size())));
      const int tag_size = static_cast<int>(tag.size());
      if (!encrypt) must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()));
      must(EVP_CipherFinal_ex(cipher, to.data(), &size));
      if (encrypt) must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, tag_size, tag.data()));
   }
};

Floor::Floor(FloorKey key, std::size_t plaintext, std::size_t associated,
             std::vector<std::size_t> digested)
      : state_(std::make_unique<State>()) {
   state_->key = key;
   state_->plaintext.resize(plaintext);
   state_->ciphertext.resize(plaintext);
   state_->associated.resize(associated);
   state_->digested.resize(*std::max_element(digested.begin(), digested.end()));
   state_->digested_sizes = std::move(digested);
   seal();
}

Floor::~Floor() = default;

void Floor::seal() {
   must(RAND_priv_bytes(state_->cek.data(), 32));
   must(RAND_bytes(state_->id.data(), 16));
   must(RAND_bytes(state_->salt.data(), 16));
   must(RAND_bytes(state_->iv.data(), 12));
   if (state_->key == FloorKey::p256) {
      EVP_PKEY_free(state_->ephemeral);
      state_->ephemeral = EVP_EC_gen("P-256");
      state_->agree(state_->ephemeral, state_->pair);
   }
   state_->key_wrap(true);
   state_->derive_commitment();
   state_->digest_all();
   state_->content(true);
}

void Floor::open() {
   if (state_->key == FloorKey::p256) state_->agree(state_->pair, state_->ephemeral);
   state_->digest_all();
   state_->key_wrap(false);
   state_->derive_commitment();
   state_->content(false);
}

} // namespace keyseat::bench
