// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

namespace keyseat::test {
namespace {

using namespace sdk::jose;

class Encoding : public JoseTest {};

Bytes all_bytes() {
   Bytes bytes;
   for (int i = 0; i < 256; ++i)
      bytes.push_back(static_cast<std::uint8_t>(i));
   return bytes;
}

TEST_F(Encoding, WritesTheVectorsOfRfc4648) {
   const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}};
   for (const auto &[plain, encoded] : cases) {
      EXPECT_EQ(base64_encode(sdk::as_bytes(plain)), encoded);
      EXPECT_EQ(base64_decode(encoded), to_bytes(sdk::as_bytes(plain)));
      const std::string_view unpadded = encoded.substr(0, encoded.find('='));
      EXPECT_EQ(base64url_encode(sdk::as_bytes(plain)), unpadded);
      EXPECT_EQ(base64url_decode(unpadded), to_bytes(sdk::as_bytes(plain)));
   }
}

TEST_F(Encoding, WritesEveryCharacterOfBothAlphabets) {
   Bytes bytes;
   for (unsigned i = 0; i < 64; i += 4) {
      bytes.push_back(static_cast<std::uint8_t>(i << 2 | (i + 1) >> 4));
      bytes.push_back(static_cast<std::uint8_t>((i + 1) << 4 | (i + 2) >> 2));
      bytes.push_back(static_cast<std::uint8_t>((i + 2) << 6 | (i + 3)));
   }
   const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
   EXPECT_EQ(base64_encode(bytes), letters + "+/");
   EXPECT_EQ(base64url_encode(bytes), letters + "-_");
   EXPECT_EQ(base64_decode(letters + "+/"), bytes);
   EXPECT_EQ(base64url_decode(letters + "-_"), bytes);
}

TEST_F(Encoding, ReadsBackWhatItWrites) {
   Bytes bytes = all_bytes();
   while (!bytes.empty()) {
      EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
      EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
      bytes.pop_back();
   }
}

TEST_F(Encoding, RefusesEveryForeignCharacter) {
   const std::string allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
   for (int c = 0; c < 256; ++c) {
      const char character = static_cast<char>(c);
      const bool is_allowed = allowed.find(character) != std::string::npos;
      EXPECT_EQ(base64url_decode(std::string("AA") + character + "A").has_value(), is_allowed) << c;
   }
}

TEST_F(Encoding, RefusesBitsThatAreNotUsedAndNotZero) {
   EXPECT_TRUE(base64url_decode("Zg"));
   EXPECT_FALSE(base64url_decode("Zh"));
   EXPECT_TRUE(base64url_decode("Zm8"));
   EXPECT_FALSE(base64url_decode("Zm9"));
   EXPECT_FALSE(base64_decode("Zh=="));
   EXPECT_FALSE(base64_decode("Zm9="));
}

TEST_F(Encoding, RefusesImpossibleLengths) {
   EXPECT_FALSE(base64url_decode("A"));
   EXPECT_FALSE(base64url_decode("AAAAA"));
}

TEST_F(Encoding, RefusesPaddingThatIsNotExact) {
   for (const char *text : {"Zg", "Zg=", "Zg===", "=", "====", "A===", "Z=g=", "Zg==Zg==",
                            "Zm9v====", "Zg== ", " Zg==", "Zg==\n", "Zm9vZ"})
      EXPECT_FALSE(base64_decode(text)) << text;
   EXPECT_FALSE(base64url_decode("Zg=="));
   EXPECT_FALSE(base64url_decode("Zm+v"));
   EXPECT_FALSE(base64_decode("Zm-v"));
}

TEST_F(Encoding, AppendsSecretsAndLeavesThemAloneOnFailure) {
   SecretBytes text(memory, sdk::as_bytes("x."));
   base64url_encode_to(text, sdk::as_bytes("foob"));
   EXPECT_EQ(to_text(text), "x.Zm9vYg");
   SecretBytes bytes(memory, sdk::as_bytes("ab"));
   EXPECT_TRUE(base64url_decode_to(bytes, "Zm9vYg"));
   EXPECT_EQ(to_text(bytes), "abfoob");
   EXPECT_FALSE(base64url_decode_to(bytes, "Zm9vYh"));
   EXPECT_EQ(to_text(bytes), "abfoob");
}

TEST_F(Encoding, WritesHexInLowerCase) {
   EXPECT_EQ(hex_encode(Bytes{0x00, 0x9a, 0xff}), "009aff");
   EXPECT_EQ(hex_encode({}), "");
}

} // namespace
} // namespace keyseat::test
