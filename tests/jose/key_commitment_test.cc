// SPDX-License-Identifier: Apache-2.0
//
// Two keys that open one ciphertext to different plaintexts. AES-GCM allows it: with
//
//    tag = E_K(J0) + GHASH_H(aad, ciphertext),   H = E_K(0)
//
// linear in the ciphertext over GF(2^128), one free block makes the tags of two keys equal (Dodis,
// Grubbs, Ristenpart, Woodage: Fast Message Franking, 2018). An attacker who knows the public keys of
// two recipients could show each of them another password.

#include "jose/sample.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <nlohmann/json.hpp>

#include <array>
#include <memory>

namespace keyseat {
namespace {

// An element of GF(2^128) as GCM orders its bits (SP 800-38D section 6.3).
using Block = std::array<std::uint8_t, 16>;

Block operator^(const Block &a, const Block &b) {
   Block sum{};
   for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] = static_cast<std::uint8_t>(a[i] ^ b[i]);
   return sum;
}

Block operator*(const Block &a, const Block &b) {
   Block product{};
   Block v = b;
   for (std::size_t bit = 0; bit < 128; ++bit) {
      if ((a[bit / 8] >> (7 - bit % 8)) & 1) product = product ^ v;
      const bool carry = (v[15] & 1) != 0;
      for (std::size_t i = 15; i > 0; --i) {
         v[i] = static_cast<std::uint8_t>((v[i] >> 1) | (v[i - 1] << 7));
      }
      v[0] = static_cast<std::uint8_t>(v[0] >> 1);
      if (carry) v[0] ^= 0xe1;
   }
   return product;
}

// a^(2^128 - 2), the product of a^(2^i) for i from 1 to 127.
Block inverse(const Block &a) {
   Block power = a * a;
   Block result = power;
   for (int i = 2; i < 128; ++i) {
      power = power * power;
      result = result * power;
   }
   return result;
}

Block aes(BytesView key, const Block &input) {
   const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX *)> context(EVP_CIPHER_CTX_new(),
                                                                             EVP_CIPHER_CTX_free);
   Block output{};
   int size = 0;
   EXPECT_EQ(EVP_EncryptInit_ex(context.get(), EVP_aes_256_ecb(), nullptr, key.data(), nullptr), 1);
   EXPECT_EQ(EVP_CIPHER_CTX_set_padding(context.get(), 0), 1);
   EXPECT_EQ(EVP_EncryptUpdate(context.get(), output.data(), &size, input.data(), 16), 1);
   return output;
}

// What the tag of a one-block ciphertext is made of, for one key.
struct Tag {
   Block without_ciphertext; // tag = without_ciphertext + ciphertext * factor
   Block factor;
};

Tag tag_of(BytesView key, BytesView iv, BytesView aad) {
   const Block h = aes(key, {});
   Block hash{};
   for (std::size_t at = 0; at < aad.size(); at += 16) {
      Block block{};
      const BytesView part = aad.sub(at, 16);
      std::copy(part.begin(), part.end(), block.begin());
      hash = (hash ^ block) * h;
   }
   hash = hash * h; // where the ciphertext's block enters
   Block lengths{};
   for (std::size_t i = 0; i < 8; ++i) {
      lengths[i] = static_cast<std::uint8_t>(std::uint64_t{aad.size() * 8} >> (8 * (7 - i)));
   }
   lengths[15] = 128;
   hash = (hash ^ lengths) * h;
   Block j0{};
   std::copy(iv.begin(), iv.end(), j0.begin());
   j0[15] = 1;
   return {hash ^ aes(key, j0), h * h};
}

TEST(KeyCommitment, RefusesTwoKeysThatOpenOneCiphertext) {
   // The attacker's credential: one recipient gets one CEK, the other another one.
   test::Sample sample = test::make_sample();
   const SecretBytes second_cek = sdk::jose::random_secret(key_memory(), kCekSize);
   const Jwe honest = Jwe::seal({}, test::kBinding,
                                {test::recipient_for(sample.owner, sample.cek),
                                 test::recipient_for(sample.backup, second_cek)},
                                Bytes(16), sample.cek);
   const auto members = nlohmann::json::parse(honest.to_json());
   const std::string aad = members["protected"];
   const Bytes iv = sdk::jose::base64url_decode(members["iv"].get<std::string>()).value();

   const Tag first = tag_of(sample.cek, iv, as_bytes(aad));
   const Tag second = tag_of(second_cek, iv, as_bytes(aad));
   const Block ciphertext = (first.without_ciphertext ^ second.without_ciphertext) *
                            inverse(first.factor ^ second.factor);
   const Block tag = first.without_ciphertext ^ ciphertext * first.factor;

   // AES-GCM alone is deceived: both keys open it, to different plaintexts.
   const auto one =
         sdk::jose::aes_gcm_open(document_memory(), sample.cek, iv, as_bytes(aad), ciphertext, tag);
   const auto two =
         sdk::jose::aes_gcm_open(document_memory(), second_cek, iv, as_bytes(aad), ciphertext, tag);
   ASSERT_TRUE(one.has_value());
   ASSERT_TRUE(two.has_value());
   EXPECT_NE(one->reveal_text(), two->reveal_text());

   // ks_commit is not.
   const std::string attack = test::forged(honest, [&](nlohmann::json &jwe, nlohmann::json &) {
      jwe["ciphertext"] = sdk::jose::base64url_encode(ciphertext);
      jwe["tag"] = sdk::jose::base64url_encode(tag);
   });
   EXPECT_EQ(test::refusal(attack, sample.cek), "");
   EXPECT_NE(test::refusal(attack, second_cek), "");

   const Jwe jwe = Jwe::parse(attack);
   const SecretBytes unwrapped = sdk::jose::unwrap_key(
         key_memory(), sample.backup, jwe.merged_header(1), jwe.recipients()[1].encrypted_key);
   EXPECT_EQ(unwrapped.reveal_text(), second_cek.reveal_text());
   EXPECT_THROW(jwe.open(document_memory(), unwrapped), Error);
}

} // namespace
} // namespace keyseat
