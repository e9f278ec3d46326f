// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the JOSE helpers share: secret memory whose books are checked after each test,
// vector files, and short ways to say things.

#ifndef KEYSEAT_TESTS_SDK_JOSE_FIXTURE_H
#define KEYSEAT_TESTS_SDK_JOSE_FIXTURE_H

#include "support/test_secret_memory.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/jwk.h>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace keyseat::test {

using sdk::Bytes;
using sdk::BytesView;
using sdk::Failure;
using sdk::SecretBytes;
using sdk::jose::JsonTree;
using sdk::jose::JsonValue;
using sdk::jose::PrivateJwk;
using sdk::jose::PublicJwk;

inline Bytes from_hex(std::string_view text) {
   Bytes bytes;
   for (std::size_t i = 0; i + 1 < text.size(); i += 2)
      bytes.push_back(
            static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
   return bytes;
}

inline Bytes to_bytes(BytesView view) { return Bytes(view.begin(), view.end()); }
inline std::string to_text(const SecretBytes &secret) { return std::string(secret.reveal_text()); }

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
   const std::size_t at = text.find(from);
   EXPECT_NE(at, std::string::npos) << from;
   if (at != std::string::npos) text.replace(at, from.size(), to);
   return text;
}

// A file below tests/vectors, read.
class Vectors {
 public:
   explicit Vectors(const std::string &name) : text_(read(name)), tree_(text_) {}
   JsonValue operator[](std::string_view name) const { return tree_.root().find(name); }

 private:
   static std::string read(const std::string &name) {
      std::ifstream file(std::string(KEYSEAT_TESTS_DIR "/vectors/") + name, std::ios::binary);
      EXPECT_TRUE(file.is_open()) << name;
      return {std::istreambuf_iterator<char>(file), {}};
   }
   std::string text_;
   JsonTree tree_;
};

inline std::string text_of(JsonValue object, std::string_view name) {
   return object.find(name).public_text();
}
inline std::string raw_of(JsonValue object, std::string_view name) {
   return std::string(object.find(name).raw());
}
inline Bytes hex_of(JsonValue object, std::string_view name) {
   return from_hex(text_of(object, name));
}
inline Bytes octets_of(JsonValue object, std::string_view name) {
   return sdk::jose::base64url_decode(text_of(object, name)).value();
}

// What `action` fails with; a Failure of status 0 when it does not.
template <class Action>
Failure failure_of(Action action) {
   try {
      action();
   } catch (const Failure &failure) {
      return failure;
   }
   return {KEYSEAT_OK, "nothing failed"};
}

class JoseTest : public testing::Test {
 protected:
   void SetUp() override { ERR_clear_error(); }
   void TearDown() override {
      EXPECT_EQ(memory.outstanding(), 0u) << "secret memory is still in use";
      EXPECT_EQ(memory.wrong_releases(), 0u);
      EXPECT_EQ(ERR_peek_error(), 0u) << "an error of OpenSSL leaks to the application";
   }

   PrivateJwk private_jwk(std::string_view json) { return PrivateJwk::parse(memory, json); }
   Failure private_failure(std::string_view json) {
      return failure_of([&] { PrivateJwk::parse(memory, json); });
   }
   Failure public_failure(std::string_view json) {
      return failure_of([&] { PublicJwk::parse(json); });
   }
   PrivateJwk generated(sdk::jose::KeyType type) { return PrivateJwk::generate(memory, type); }

   TestSecretMemory memory;
};

} // namespace keyseat::test

#endif
