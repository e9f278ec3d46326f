// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/primitives.h>

#include "openssl_context.h"

#include <climits>

namespace keyseat::sdk::jose {
namespace {

constexpr std::size_t kWrapBlock = 8;
constexpr std::size_t kLeastWrapped = 16; // RFC 3394 section 2: two blocks or more

CipherContextPtr make_cipher_context() {
   CipherContextPtr context(EVP_CIPHER_CTX_new());
   if (!context) throw std::bad_alloc();
   return context;
}

int int_size(BytesView bytes) {
   if (bytes.size() > INT_MAX) throw Failure(KEYSEAT_E_LIMIT, "the text to encrypt is too large");
   return static_cast<int>(bytes.size());
}

const EVP_CIPHER *key_wrap_cipher(BytesView kek) {
   if (kek.size() != 16 && kek.size() != 24 && kek.size() != 32)
      throw Failure(KEYSEAT_E_INTERNAL, "AES key wrap takes a key of 16, 24 or 32 bytes");
   return openssl().aes_wrap[kek.size() / 8 - 2];
}

const EVP_CIPHER *gcm_cipher(BytesView key, BytesView iv) {
   if ((key.size() != 16 && key.size() != 32) || iv.size() != kGcmIvSize)
      throw Failure(KEYSEAT_E_INTERNAL, "AES-GCM takes a key of 16 or 32 bytes and an IV of 12");
   return key.size() == 16 ? openssl().aes_128_gcm : openssl().aes_256_gcm;
}

// Starts AES-GCM and feeds the authenticated data.
CipherContextPtr start_gcm(BytesView key, BytesView iv, BytesView aad, bool encrypt) {
   CipherContextPtr context = make_cipher_context();
   require(EVP_CipherInit_ex2(context.get(), gcm_cipher(key, iv), key.data(), iv.data(),
                              encrypt ? 1 : 0, nullptr),
           "EVP_CipherInit_ex2");
   int written = 0;
   if (!aad.empty()) {
      require(EVP_CipherUpdate(context.get(), nullptr, &written, aad.data(), int_size(aad)),
              "EVP_CipherUpdate");
   }
   return context;
}

} // namespace

Bytes aes_key_wrap(BytesView kek, BytesView key) {
   const ErrorScope errors;
   if (key.size() < kLeastWrapped || key.size() % kWrapBlock != 0)
      throw Failure(KEYSEAT_E_INTERNAL, "AES key wrap takes a multiple of 8 bytes, at least 16");
   const CipherContextPtr context = make_cipher_context();
   EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
   require(EVP_EncryptInit_ex2(context.get(), key_wrap_cipher(kek), kek.data(), nullptr, nullptr),
           "EVP_EncryptInit_ex2");
   Bytes wrapped(key.size() + kWrapBlock);
   int written = 0;
   require(EVP_EncryptUpdate(context.get(), wrapped.data(), &written, key.data(), int_size(key)),
           "EVP_EncryptUpdate");
   return wrapped;
}

std::optional<SecretBytes> aes_key_unwrap(SecretMemory memory, BytesView kek, BytesView wrapped) {
   const ErrorScope errors;
   const EVP_CIPHER *cipher = key_wrap_cipher(kek);
   if (wrapped.size() < kLeastWrapped + kWrapBlock || wrapped.size() % kWrapBlock != 0 ||
       wrapped.size() > INT_MAX)
      return std::nullopt;
   const CipherContextPtr context = make_cipher_context();
   EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
   require(EVP_DecryptInit_ex2(context.get(), cipher, kek.data(), nullptr, nullptr),
           "EVP_DecryptInit_ex2");
   SecretBytes key(memory, wrapped.size()); // OpenSSL's room: one block more than the result
   int written = 0;
   if (EVP_DecryptUpdate(context.get(), key.data(), &written, wrapped.data(), int_size(wrapped)) !=
       1)
      return std::nullopt;
   key.resize(wrapped.size() - kWrapBlock);
   return key;
}

GcmSealed aes_gcm_seal(BytesView key, BytesView iv, BytesView aad, BytesView plaintext) {
   const ErrorScope errors;
   const CipherContextPtr context = start_gcm(key, iv, aad, true);
   GcmSealed sealed{Bytes(plaintext.size()), {}};
   int written = 0;
   if (!plaintext.empty()) {
      require(EVP_EncryptUpdate(context.get(), sealed.ciphertext.data(), &written, plaintext.data(),
                                int_size(plaintext)),
              "EVP_EncryptUpdate");
   }
   std::uint8_t none[1];
   require(EVP_EncryptFinal_ex(context.get(), none, &written), "EVP_EncryptFinal_ex");
   require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG,
                               static_cast<int>(sealed.tag.size()), sealed.tag.data()),
           "EVP_CIPHER_CTX_ctrl");
   return sealed;
}

std::optional<SecretBytes> aes_gcm_open(SecretMemory memory, BytesView key, BytesView iv,
                                        BytesView aad, BytesView ciphertext, BytesView tag) {
   const ErrorScope errors;
   if (tag.size() != kGcmTagSize) return std::nullopt; // a shorter tag is easier to guess
   const CipherContextPtr context = start_gcm(key, iv, aad, false);
   SecretBytes plaintext(memory, ciphertext.size());
   int written = 0;
   if (!ciphertext.empty()) {
      require(EVP_DecryptUpdate(context.get(), plaintext.data(), &written, ciphertext.data(),
                                int_size(ciphertext)),
              "EVP_DecryptUpdate");
   }
   // OpenSSL takes the tag by a pointer to non-const and only reads it.
   // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): see there
   auto *const expected = const_cast<std::uint8_t *>(tag.data());
   require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()),
                               expected),
           "EVP_CIPHER_CTX_ctrl");
   std::uint8_t none[1];
   if (EVP_DecryptFinal_ex(context.get(), none, &written) != 1) return std::nullopt;
   return plaintext;
}

} // namespace keyseat::sdk::jose
