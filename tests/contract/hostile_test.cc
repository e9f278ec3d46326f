// SPDX-License-Identifier: Apache-2.0
//
// Headers and encrypted keys that somebody else has made or altered.

#include "contract/contract_test.h"
#include "contract/status_name.h"

#include <keyseat/sdk/jose/json.h>

namespace contract {

namespace jose = keyseat::sdk::jose;

class Hostile : public ContractTest {
 protected:
   void SetUp() override {
      ContractTest::SetUp();
      if (HasFatalFailure()) return;
      opened_ = open();
      cek_ = random_cek();
      wrapped_ = opened_->wrap(cek_);
      ASSERT_TRUE(is_ok(wrapped_));
   }

   // Unwraps and holds the outcome to R-INT-2 and R-INT-3.
   keyseat_status try_to_unwrap(const std::string &header, const Bytes &encrypted_key) {
      const Unwrapped result = opened_->unwrap(header, encrypted_key);
      switch (result.status) {
         case KEYSEAT_OK:
            EXPECT_TRUE(yields(cek_, result)) << "for " << header;
            break;
         case KEYSEAT_E_TAMPERED:
            if (!tampered_) tampered_ = result.explained;
            EXPECT_EQ(result.explained, tampered_) << "R-INT-2: TAMPERED tells why";
            break;
         default:
            EXPECT_TRUE(is_one_of({KEYSEAT_E_NOT_MINE, KEYSEAT_E_TOO_NEW}, result))
                  << "R-INT-2, for " << header;
      }
      return result.status;
   }

   // A member of the header replaced, its raw JSON given.
   std::string header_with(const char *name, const std::string &raw) const {
      const jose::JsonTree tree(wrapped_.header);
      const auto span = tree.root().find(name).span();
      std::string header = wrapped_.header;
      return header.replace(span.begin, span.size(), raw);
   }

   std::unique_ptr<Opened> opened_;
   Bytes cek_;
   Wrapped wrapped_;
   std::optional<Explained> tampered_;
};

TEST_F(Hostile, R_INT_3_EachFlippedBitOfTheEncryptedKeyIsRefused) {
   const std::size_t size = wrapped_.encrypted_key.size();
   for (std::size_t i = 0; i < size; ++i) {
      // All bits of a short key; of a long one (RSA is slow), all bits at both ends and some between.
      const bool all = (size <= 64 && !configuration().is_slow) || i < 2 || i >= size - 2;
      if (!all && i % 5 != 0) continue;
      for (unsigned bit = all ? 0 : i % 8; bit < (all ? 8 : i % 8 + 1); ++bit) {
         Bytes altered = wrapped_.encrypted_key;
         altered[i] = static_cast<std::uint8_t>(altered[i] ^ (1u << bit));
         EXPECT_NE(try_to_unwrap(wrapped_.header, altered), KEYSEAT_OK) << i << "." << bit;
      }
   }
   ASSERT_TRUE(tampered_) << "R-INT-2: no alteration came to TAMPERED";
}

TEST_F(Hostile, R_INT_3_NoFlippedBitOfTheHeaderYieldsAnotherCek) {
   for (std::size_t i = 0; i < wrapped_.header.size(); ++i) {
      for (unsigned bit = 0; bit < 8; ++bit) {
         std::string altered = wrapped_.header;
         altered[i] = static_cast<char>(altered[i] ^ (1u << bit));
         if (altered[i] != '\0') try_to_unwrap(altered, wrapped_.encrypted_key);
      }
   }
}

TEST_F(Hostile, R_INT_3_TruncatedAndExtendedKeysAreRefused) {
   const Bytes &key = wrapped_.encrypted_key;
   for (std::size_t size = 0; size < key.size(); ++size) {
      const Bytes cut(key.begin(), key.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_NE(try_to_unwrap(wrapped_.header, cut), KEYSEAT_OK) << size;
   }
   for (const std::size_t size : {key.size() + 1, key.size() + 8, std::size_t{8192}}) {
      Bytes longer = key;
      longer.resize(size);
      EXPECT_NE(try_to_unwrap(wrapped_.header, longer), KEYSEAT_OK) << size;
   }
}

TEST_F(Hostile, R_INT_3_KeysOfOneWrapDoNotOpenUnderTheHeaderOfAnother) {
   const Wrapped other = opened_->wrap(random_cek());
   ASSERT_TRUE(is_ok(other));
   const Unwrapped swapped = opened_->unwrap(wrapped_.header, other.encrypted_key);
   if (wrapped_.header == other.header) {
      EXPECT_TRUE(is_ok(swapped)); // the header holds nothing of one wrap
   } else {
      EXPECT_TRUE(fails_with(KEYSEAT_E_TAMPERED, swapped));
   }
}

TEST_F(Hostile, R_INT_1_AnotherKidIsNotMine) {
   EXPECT_EQ(try_to_unwrap(header_with("kid", R"("somebody-else")"), wrapped_.encrypted_key),
             KEYSEAT_E_NOT_MINE);
   EXPECT_EQ(try_to_unwrap(header_with("kid", R"("")"), wrapped_.encrypted_key),
             KEYSEAT_E_NOT_MINE);
}

TEST_F(Hostile, R_INT_1_AnotherAlgorithmIsNotMine) {
   for (const char *alg : {"A128KW", "A256KW", "A256GCMKW", "RSA1_5", "RSA-OAEP", "RSA-OAEP-256",
                           "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW", "dir", "none",
                           "PBES2-HS512+A256KW", "com.example.unheard-of", ""}) {
      const std::string quoted = jose::json_quote(alg);
      if (wrapped_.header.find(quoted) != std::string::npos) continue; // its own
      EXPECT_EQ(try_to_unwrap(header_with("alg", quoted), wrapped_.encrypted_key),
                KEYSEAT_E_NOT_MINE)
            << alg;
   }
}

TEST_F(Hostile, R_INT_1_NotMineIsSaidWithoutAPrompt) {
   Host silent; // answers no prompt
   const auto locked = open(silent);
   const Unwrapped other =
         locked->unwrap(header_with("kid", R"("somebody-else")"), wrapped_.encrypted_key);
   EXPECT_TRUE(fails_with(KEYSEAT_E_NOT_MINE, other));
   const Unwrapped shapeless = locked->unwrap(wrapped_.header, Bytes(3, 'x'));
   EXPECT_TRUE(fails_with(KEYSEAT_E_NOT_MINE, shapeless));
   EXPECT_TRUE(silent.asked().empty());
}

TEST_F(Hostile, R_INT_4_HeadersThatAreNoneAreNotMine) {
   const std::string deep(4000, '[');
   for (const std::string &header :
        {std::string(), std::string(" "), std::string("null"), std::string("[]"), std::string("{}"),
         std::string("{"), std::string(R"({"alg")"), std::string(R"({"alg":)"),
         std::string(R"({"alg":1})"), std::string(R"({"alg":null,"kid":[]})"),
         std::string(R"({"alg":"\ud800"})"), std::string("{\"alg\":\"\xff\xfe\"}"),
         R"({"x":)" + deep, R"({"x":)" + deep + std::string(4000, ']') + "}", deep,
         std::string(KEYSEAT_MAX_HEADER, ' '), std::string(KEYSEAT_MAX_HEADER, '{'),
         R"({"alg":")" + std::string(8000, 'A') + R"("})",
         std::string(R"({"alg":"PBES2-HS512+A256KW","p2c":2147483647,"p2s":"AAAAAAAAAAA"})")}) {
      EXPECT_EQ(try_to_unwrap(header, wrapped_.encrypted_key), KEYSEAT_E_NOT_MINE)
            << header.substr(0, 60);
   }
}

TEST_F(Hostile, R_INT_4_AHeaderIsReadAndNotSearched) {
   const std::string &own = wrapped_.header;
   const std::string foreign = R"({"alg":"none","kid":"somebody-else",)";
   for (const std::string &header :
        {own.substr(0, own.size() - 1), own + "x", own + own, own + ",", "[" + own + "]",
         foreign + R"("header":)" + own + "}", R"({"header":)" + own + "}",
         foreign + R"("header":)" + jose::json_quote(own) + "}", jose::json_quote(own)}) {
      EXPECT_EQ(status_name(try_to_unwrap(header, wrapped_.encrypted_key)), "KEYSEAT_E_NOT_MINE")
            << header;
   }
}

TEST_F(Hostile, R_INT_4_DuplicateAndOversizedMembersNeverYieldAnotherCek) {
   const std::string rest = wrapped_.header.substr(1);
   try_to_unwrap(R"({"alg":"none",)" + rest, wrapped_.encrypted_key);
   try_to_unwrap(R"({"kid":"x",)" + rest, wrapped_.encrypted_key);
   try_to_unwrap(R"({"epk":{"kty":"EC"},)" + rest, wrapped_.encrypted_key);
   try_to_unwrap(R"({"p2c":1e400,"apu":"AA","apv":7,)" + rest, wrapped_.encrypted_key);
   try_to_unwrap(R"({"x":")" + std::string(7000, 'x') + R"(",)" + rest, wrapped_.encrypted_key);
}

TEST_F(Hostile, R_INT_4_ForeignEphemeralKeysNeverYieldAnotherCek) {
   const jose::JsonTree tree(wrapped_.header);
   if (!tree.root().find("epk").exists()) GTEST_SKIP() << "the algorithm has no epk";
   const std::string zeros(43, 'A');
   for (const std::string &epk :
        {std::string("null"), std::string("{}"), std::string("[]"),
         R"({"kty":"EC","crv":"P-256","x":")" + zeros + R"(","y":")" + zeros + R"("})",
         R"({"kty":"OKP","crv":"X25519","x":")" + zeros + R"("})",
         std::string(R"({"kty":"OKP","crv":"X25519","x":"AQ"})"),
         std::string(R"({"kty":"oct","k":"AQ"})"),
         std::string(R"({"kty":"RSA","n":"AQ","e":"AQ"})"),
         std::string(R"({"kty":"EC","crv":"P-521","x":"AQ","y":"AQ"})")}) {
      EXPECT_NE(try_to_unwrap(header_with("epk", epk), wrapped_.encrypted_key), KEYSEAT_OK) << epk;
   }
}

TEST_F(Hostile, InspectExplainsOwnWrapsAndSurvivesForeignOnes) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_INSPECT);
   const auto *inspect = static_cast<const keyseat_ext_inspect *>(
         descriptor().get_extension(&descriptor(), KEYSEAT_EXT_INSPECT));
   const auto explain = [&](const std::string &header, std::string &text) {
      Call call(host_);
      Sink sink;
      const auto status = call.run("explain", [&](const keyseat_call *c) {
         return inspect->explain(&descriptor(), c, call.lent().text(header),
                                 call.lent().bytes(wrapped_.encrypted_key), sink.c());
      });
      text = sink.text();
      host_.check_text("explanation", text);
      return status;
   };
   std::string text;
   ASSERT_EQ(explain(wrapped_.header, text), KEYSEAT_OK);
   const jose::JsonTree tree(text);
   ASSERT_TRUE(tree.root().is(jose::JsonKind::object));
   for (auto v = tree.root().first(); v.exists(); v = v.next()) {
      EXPECT_FALSE(v.is(jose::JsonKind::object) || v.is(jose::JsonKind::array)) << v.name();
   }
   for (const char *foreign : {"", "{}", "[", R"({"alg":"none"})"}) {
      EXPECT_EQ(explain(foreign, text), KEYSEAT_E_NOT_MINE) << foreign;
   }
}

} // namespace contract
