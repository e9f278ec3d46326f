// SPDX-License-Identifier: Apache-2.0

#include <keyseat/sdk/jose/self_test_report.h>

#include <keyseat/sdk/jose/primitives.h>

namespace keyseat::sdk::jose {

namespace {

// 256 bits of key data under a 256-bit KEK: RFC 3394 section 4.6.
bool key_wrap_knows_its_answer(const Call &call) {
   Bytes kek(32);
   for (std::size_t i = 0; i < kek.size(); ++i)
      kek[i] = static_cast<std::uint8_t>(i);
   const Bytes data{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa,
                    0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05,
                    0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f};
   const Bytes expected{0x28, 0xc9, 0xf4, 0x04, 0xc4, 0xb8, 0x10, 0xf4, 0xcb, 0xcc,
                        0xb3, 0x5c, 0xfb, 0x87, 0xf8, 0x26, 0x3f, 0x57, 0x86, 0xe2,
                        0xd8, 0x0e, 0xd3, 0x26, 0xcb, 0xc7, 0xf0, 0xe7, 0x1a, 0x99,
                        0xf4, 0x3b, 0xfb, 0x98, 0x8b, 0x9b, 0x7a, 0x02, 0xdd, 0x21};
   const Bytes wrapped = aes_key_wrap(kek, data);
   const auto unwrapped = aes_key_unwrap(call.secret_memory(), kek, wrapped);
   return wrapped == expected && unwrapped && constant_time_equal(*unwrapped, data);
}

// The key agreement of Alice and Bob: RFC 7518 appendix C.
bool concat_kdf_knows_its_answer(const Call &call) {
   const Bytes shared{158, 86,  217, 29,  129, 113, 53,  211, 114, 131, 66,
                      131, 191, 132, 38,  156, 251, 49,  110, 163, 218, 128,
                      106, 72,  246, 218, 167, 121, 140, 254, 144, 196};
   const Bytes expected{86, 170, 141, 234, 248, 35, 109, 32, 92, 34, 40, 205, 113, 167, 16, 26};
   const SecretBytes derived = concat_kdf(call.secret_memory(), shared, "A128GCM",
                                          as_bytes("Alice"), as_bytes("Bob"), 16);
   return constant_time_equal(derived, expected);
}

} // namespace

void test_primitives(const Call &call, SelfTestReport &report) {
   report.add("aes-key-wrap", key_wrap_knows_its_answer(call), "RFC 3394 section 4.6");
   report.add("concat-kdf", concat_kdf_knows_its_answer(call), "RFC 7518 appendix C");
}

void test_round_trip(const Call &call, Protector &protector, SelfTestReport &report) {
   const SecretBytes cek = random_secret(call.secret_memory(), KEYSEAT_CEK_SIZE);
   const auto wrapped = protector.wrap(call, cek);
   const SecretBytes unwrapped = protector.unwrap(call, wrapped.header, wrapped.encrypted_key);
   report.add("round-trip", constant_time_equal(cek, unwrapped),
              "a random CEK wrapped and unwrapped with the key");

   Bytes altered = wrapped.encrypted_key;
   altered.back() ^= 1;
   bool refused = false;
   try {
      protector.unwrap(call, wrapped.header, altered);
   } catch (const Failure &failure) {
      if (failure.status() != KEYSEAT_E_TAMPERED) throw;
      refused = true;
   }
   report.add("refusal", refused, "an altered encrypted key does not unwrap");
}

} // namespace keyseat::sdk::jose
