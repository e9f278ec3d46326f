// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <keyseat/sdk/jose/primitives.h>

#include <set>

namespace keyseat::test {
namespace {

using namespace sdk::jose;

class Primitives : public JoseTest {};

TEST_F(Primitives, HashTheConcatenationOfTheParts) {
   // FIPS 180-4's example "abc".
   const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
   EXPECT_EQ(hex_encode(sha256(sdk::as_bytes("abc"))), abc);
   EXPECT_EQ(hex_encode(sha256({sdk::as_bytes("a"), {}, sdk::as_bytes("bc")})), abc);
}

TEST_F(Primitives, WrapKeysAsRfc3394Does) {
   const Vectors vectors("rfc3394.json");
   ASSERT_EQ(vectors["vectors"].size(), 6u);
   for (JsonValue v = vectors["vectors"].first(); v.exists(); v = v.next()) {
      EXPECT_EQ(aes_key_wrap(hex_of(v, "kek"), hex_of(v, "key")), hex_of(v, "wrapped"));
      const auto key = aes_key_unwrap(memory, hex_of(v, "kek"), hex_of(v, "wrapped"));
      ASSERT_TRUE(key) << v.raw();
      EXPECT_EQ(to_bytes(*key), hex_of(v, "key"));
   }
}

TEST_F(Primitives, UnwrapNoKeyWithAnyBitFlipped) {
   const Bytes kek(32, 7);
   Bytes wrapped = aes_key_wrap(kek, Bytes(32, 9));
   for (std::size_t bit = 0; bit < 8 * wrapped.size(); ++bit) {
      wrapped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      EXPECT_FALSE(aes_key_unwrap(memory, kek, wrapped)) << bit;
      wrapped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
   }
   EXPECT_TRUE(aes_key_unwrap(memory, kek, wrapped));
   EXPECT_FALSE(aes_key_unwrap(memory, Bytes(32, 8), wrapped));
}

TEST_F(Primitives, UnwrapNoKeyOfAnImpossibleSize) {
   const Bytes kek(32, 7);
   const Bytes wrapped = aes_key_wrap(kek, Bytes(32, 9));
   for (std::size_t size = 0; size < wrapped.size(); ++size)
      EXPECT_FALSE(aes_key_unwrap(memory, kek, BytesView(wrapped).sub(0, size))) << size;
   Bytes longer = wrapped;
   longer.resize(48);
   EXPECT_FALSE(aes_key_unwrap(memory, kek, longer));
}

TEST_F(Primitives, RefuseToWrapWhatRfc3394DoesNot) {
   for (const std::size_t size : {0, 8, 15, 17, 31}) {
      EXPECT_EQ(failure_of([&] { aes_key_wrap(Bytes(32), Bytes(size)); }).status(),
                KEYSEAT_E_INTERNAL)
            << size;
   }
   for (const std::size_t size : {0, 8, 31, 33})
      EXPECT_EQ(failure_of([&] { aes_key_wrap(Bytes(size), Bytes(32)); }).status(),
                KEYSEAT_E_INTERNAL);
}

TEST_F(Primitives, DeriveAsRfc5869Does) {
   const Vectors vectors("rfc5869.json");
   ASSERT_EQ(vectors["vectors"].size(), 3u);
   for (JsonValue v = vectors["vectors"].first(); v.exists(); v = v.next()) {
      const Bytes okm = hex_of(v, "okm");
      EXPECT_EQ(to_bytes(hkdf_sha256(memory, hex_of(v, "ikm"), hex_of(v, "salt"), hex_of(v, "info"),
                                     okm.size())),
                okm);
   }
}

TEST_F(Primitives, DeriveNoMoreThanHkdfYields) {
   const Bytes key(32);
   EXPECT_EQ(hkdf_sha256(memory, key, {}, {}, 8160).size(), 8160u);
   EXPECT_EQ(failure_of([&] { hkdf_sha256(memory, key, {}, {}, 8161); }).status(),
             KEYSEAT_E_INTERNAL);
}

TEST_F(Primitives, DeriveThePassphraseKeyOfRfc7520) {
   const Vectors vectors("rfc7520-5.json");
   const JsonValue v = vectors["pbes2"];
   Bytes salt = to_bytes(sdk::as_bytes(text_of(v, "alg")));
   salt.push_back(0);
   const Bytes p2s = octets_of(v, "p2s");
   salt.insert(salt.end(), p2s.begin(), p2s.end());
   const std::string passphrase = text_of(v, "passphrase");
   const SecretBytes kek = pbkdf2(memory, true, sdk::as_bytes(passphrase), salt, 8192, 32);
   const auto cek = aes_key_unwrap(memory, kek, octets_of(v, "encrypted_key"));
   ASSERT_TRUE(cek);
   EXPECT_EQ(to_bytes(*cek), octets_of(v, "cek"));
}

TEST_F(Primitives, DerivePbkdf2WithSha256) {
   // RFC 7914 section 11, first vector.
   EXPECT_EQ(
         hex_encode(pbkdf2(memory, false, sdk::as_bytes("passwd"), sdk::as_bytes("salt"), 1, 64)),
         "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
         "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

TEST_F(Primitives, DeriveFromAnEmptyPassphrase) {
   EXPECT_EQ(pbkdf2(memory, true, {}, Bytes(16), 1000, 32).size(), 32u);
}

TEST_F(Primitives, WrapTheKeyOfRfc7520Section58) {
   const Vectors vectors("rfc7520-5.json");
   const JsonValue v = vectors["aes_key_wrap"];
   EXPECT_EQ(aes_key_wrap(octets_of(v, "k"), octets_of(v, "cek")), octets_of(v, "encrypted_key"));
}

TEST_F(Primitives, SealAndOpenWithBothKeySizes) {
   for (const std::size_t size : {16, 32}) {
      const Bytes key(size, 1);
      const Bytes iv(12, 2);
      const std::string_view text = "The quick brown fox";
      const GcmSealed sealed = aes_gcm_seal(key, iv, sdk::as_bytes("aad"), sdk::as_bytes(text));
      EXPECT_EQ(sealed.ciphertext.size(), text.size());
      const auto opened =
            aes_gcm_open(memory, key, iv, sdk::as_bytes("aad"), sealed.ciphertext, sealed.tag);
      ASSERT_TRUE(opened);
      EXPECT_EQ(opened->reveal_text(), text);
   }
}

TEST_F(Primitives, SealTheZeroBlockOfTheGcmSpecification) {
   // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14.
   const GcmSealed sealed = aes_gcm_seal(Bytes(32), Bytes(12), {}, Bytes(16));
   EXPECT_EQ(hex_encode(sealed.ciphertext), "cea7403d4d606b6e074ec5d3baf39d18");
   EXPECT_EQ(hex_encode(sealed.tag), "d0d1c8a799996bf0265b98b5d48ab919");
   const GcmSealed empty = aes_gcm_seal(Bytes(32), Bytes(12), {}, {});
   EXPECT_EQ(hex_encode(empty.tag), "530f8afbc74536b9a963b4f1c4cb738b"); // test case 13
}

TEST_F(Primitives, OpenNothingWithAnyBitFlipped) {
   const Bytes key(32, 1);
   const Bytes plaintext(5, 3);
   Bytes iv(12, 2);
   Bytes aad(3, 4);
   GcmSealed sealed = aes_gcm_seal(key, iv, aad, plaintext);
   const auto opens = [&] {
      return aes_gcm_open(memory, key, iv, aad, sealed.ciphertext, sealed.tag).has_value();
   };
   const auto expect_no_flip_opens = [&](std::uint8_t *data, std::size_t size) {
      for (std::size_t bit = 0; bit < 8 * size; ++bit) {
         data[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
         EXPECT_FALSE(opens()) << bit;
         data[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      }
   };
   expect_no_flip_opens(iv.data(), iv.size());
   expect_no_flip_opens(aad.data(), aad.size());
   expect_no_flip_opens(sealed.ciphertext.data(), sealed.ciphertext.size());
   expect_no_flip_opens(sealed.tag.data(), sealed.tag.size());
   EXPECT_TRUE(opens());
}

TEST_F(Primitives, OpenNothingUnderAShortTag) {
   const Bytes key(32, 1);
   const Bytes iv(12, 2);
   const GcmSealed sealed = aes_gcm_seal(key, iv, {}, Bytes(4));
   for (std::size_t size = 0; size < 16; ++size)
      EXPECT_FALSE(aes_gcm_open(memory, key, iv, {}, sealed.ciphertext,
                                BytesView(sealed.tag).sub(0, size)));
}

TEST_F(Primitives, RefuseGcmKeysAndIvsOfOtherSizes) {
   EXPECT_EQ(failure_of([] { aes_gcm_seal(Bytes(24), Bytes(12), {}, {}); }).status(),
             KEYSEAT_E_INTERNAL);
   EXPECT_EQ(failure_of([] { aes_gcm_seal(Bytes(32), Bytes(16), {}, {}); }).status(),
             KEYSEAT_E_INTERNAL);
}

TEST_F(Primitives, DeriveTheKeyOfRfc7518AppendixC) {
   const Vectors v("rfc7518-c.json");
   const SecretBytes key =
         concat_kdf(memory, from_hex(v["z"].public_text()), v["algorithm_id"].public_text(),
                    base64url_decode(v["apu"].public_text()).value(),
                    base64url_decode(v["apv"].public_text()).value(), 16);
   EXPECT_EQ(base64url_encode(key), v["derived_key"].public_text());
}

TEST_F(Primitives, DeriveNoMoreThanOneRoundOfConcatKdf) {
   EXPECT_EQ(concat_kdf(memory, Bytes(32), "x", {}, {}, 32).size(), 32u);
   EXPECT_EQ(failure_of([&] { concat_kdf(memory, Bytes(32), "x", {}, {}, 33); }).status(),
             KEYSEAT_E_INTERNAL);
}

TEST_F(Primitives, CompareBytes) {
   EXPECT_TRUE(constant_time_equal(Bytes{1, 2}, Bytes{1, 2}));
   EXPECT_FALSE(constant_time_equal(Bytes{1, 2}, Bytes{1, 3}));
   EXPECT_FALSE(constant_time_equal(Bytes{1, 2}, Bytes{1, 2, 0}));
   EXPECT_TRUE(constant_time_equal({}, {}));
}

TEST_F(Primitives, DrawDifferentBytesEachTime) {
   std::set<Bytes> drawn;
   for (int i = 0; i < 100; ++i)
      drawn.insert(to_bytes(random_secret(memory, 16)));
   EXPECT_EQ(drawn.size(), 100u);
}

TEST_F(Primitives, LeaveTheErrorsOfTheApplicationAlone) {
   ERR_raise(ERR_LIB_USER, 42);
   EXPECT_FALSE(aes_key_unwrap(memory, Bytes(32), Bytes(40)));
   EXPECT_EQ(ERR_GET_REASON(ERR_peek_last_error()), 42);
   ERR_clear_error();
}

TEST_F(Primitives, ReportASpentBudgetAsBadAlloc) {
   memory.set_budget(8);
   EXPECT_THROW(random_secret(memory, 16), std::bad_alloc);
}

} // namespace
} // namespace keyseat::test
