// SPDX-License-Identifier: Apache-2.0
//
// What must not work, one test for each attack. An attacker has the text of the credential and no key
// (or the key of one recipient, where a test says so), and mends whatever he can compute.

#include "jose/sample.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>

namespace keyseat {
namespace {

using nlohmann::json;
using sdk::jose::KeyType;
using sdk::jose::PrivateJwk;
using test::altered;
using test::forged;
using test::parse_refusal;
using test::refusal;
using testing::HasSubstr;

class Attack : public testing::Test {
 protected:
   // Refused while parsing although the attacker mended ks_recipients.
   void expect_unreadable(const test::Change &change) {
      EXPECT_NE(parse_refusal(forged(sample.jwe, change)), "");
   }

   // Well-formed once ks_recipients is mended, and still not to be opened; refused at once when not.
   void expect_unopenable(const test::Change &change) {
      const std::string mended = forged(sample.jwe, change);
      EXPECT_EQ(parse_refusal(mended), "");
      EXPECT_THAT(refusal(mended, sample.cek), HasSubstr("damaged or altered"));
      EXPECT_THAT(parse_refusal(altered(sample.jwe, change)), HasSubstr("recipients were changed"));
   }

   static std::string replaced(std::string text, std::string_view from, std::string_view to) {
      const std::size_t at = text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      return text.replace(at, from.size(), to);
   }

   const test::Sample sample = test::make_sample();
   const std::string text = sample.jwe.to_json();
};

TEST_F(Attack, NoneAtAllOpens) {
   const auto nothing = [](json &, json &) {};
   EXPECT_EQ(refusal(forged(sample.jwe, nothing), sample.cek), "");
   EXPECT_EQ(refusal(altered(sample.jwe, nothing), sample.cek), "");
}

TEST_F(Attack, FlipAnyBit) {
   for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
      std::string flipped = text;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      ASSERT_NE(refusal(flipped, sample.cek), "") << "bit " << bit;
   }
}

TEST_F(Attack, TruncateAnywhere) {
   for (std::size_t size = 0; size < text.size(); ++size) {
      ASSERT_NE(parse_refusal(text.substr(0, size)), "") << size;
   }
}

TEST_F(Attack, TruncateTheCiphertextOrTheTag) {
   for (const char *member : {"ciphertext", "tag", "iv"}) {
      const std::string shorter = forged(sample.jwe, [&](json &jwe, json &) {
         const std::string value = jwe[member];
         jwe[member] = value.substr(0, value.size() / 4 / 2 * 4);
      });
      EXPECT_NE(refusal(shorter, sample.cek), "") << member;
   }
}

TEST_F(Attack, AddARecipient) {
   const PrivateJwk stranger = PrivateJwk::generate(key_memory(), KeyType::p256);
   const JweRecipient added = test::recipient_for(stranger, sample.cek);
   expect_unopenable([&](json &jwe, json &) {
      jwe["recipients"].push_back(
            {{"header", json::parse(added.header)},
             {"encrypted_key", sdk::jose::base64url_encode(added.encrypted_key)}});
   });
}

TEST_F(Attack, RemoveARecipient) {
   expect_unopenable([](json &jwe, json &) { jwe["recipients"].erase(1); });
}

TEST_F(Attack, RemoveAllRecipients) {
   expect_unreadable([](json &jwe, json &) { jwe["recipients"] = json::array(); });
}

TEST_F(Attack, ReorderTheRecipients) {
   expect_unopenable(
         [](json &jwe, json &) { std::swap(jwe["recipients"][0], jwe["recipients"][1]); });
}

TEST_F(Attack, ReplaceAnEncryptedKey) {
   expect_unopenable([](json &jwe, json &) {
      jwe["recipients"][0]["encrypted_key"] = sdk::jose::base64url_encode(Bytes(40, 1));
   });
}

TEST_F(Attack, SwapTheEncryptedKeys) {
   expect_unopenable([](json &jwe, json &) {
      std::swap(jwe["recipients"][0]["encrypted_key"], jwe["recipients"][1]["encrypted_key"]);
   });
}

TEST_F(Attack, SwapTheRecipientsHeaders) {
   expect_unopenable([](json &jwe, json &) {
      std::swap(jwe["recipients"][0]["header"], jwe["recipients"][1]["header"]);
   });
}

TEST_F(Attack, ChangeTheKid) {
   expect_unopenable([](json &jwe, json &) { jwe["recipients"][0]["header"]["kid"] = "mine"; });
}

TEST_F(Attack, ChangeAlgToAnAllowedOne) {
   expect_unopenable([](json &jwe, json &) { jwe["recipients"][0]["header"]["alg"] = "RSA-OAEP"; });
}

TEST_F(Attack, ChangeAlgToAForbiddenOne) {
   for (const char *alg : {"none", "dir", "RSA1_5", "ECDH-ES", "PBES2-HS256+A128KW", "NONE", "Dir",
                           "A128KW", "A256kw"}) {
      expect_unreadable([&](json &jwe, json &) { jwe["recipients"][0]["header"]["alg"] = alg; });
   }
}

TEST_F(Attack, MoveAlgIntoTheProtectedHeader) {
   expect_unreadable([](json &jwe, json &header) {
      header["alg"] = "A256KW";
      jwe["recipients"][0]["header"].erase("alg");
   });
}

TEST_F(Attack, ChangeEnc) {
   for (const char *enc : {"A128GCM", "A256CBC-HS512", "A128CBC-HS256", "a256gcm", "none", ""}) {
      expect_unreadable([&](json &, json &header) { header["enc"] = enc; });
   }
}

TEST_F(Attack, PutEncIntoARecipient) {
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["header"]["enc"] = "A128GCM"; });
}

TEST_F(Attack, ChangeTheIdOrTheBindingOrTheCommitment) {
   const std::string other_id = forged(sample.jwe, [](json &, json &header) {
      header["ks_id"] = sdk::jose::base64url_encode(Bytes(16, 9));
   });
   EXPECT_THAT(refusal(other_id, sample.cek), HasSubstr("damaged or altered"));
   const std::string other_binding = forged(sample.jwe, [](json &, json &header) {
      header["ks_binding"] = {{"scope", "none"}};
   });
   EXPECT_THAT(refusal(other_binding, sample.cek), HasSubstr("damaged or altered"));
   const std::string other_commitment = forged(sample.jwe, [](json &, json &header) {
      header["ks_commit"] = sdk::jose::base64url_encode(Bytes(32, 9));
   });
   EXPECT_THAT(refusal(other_commitment, sample.cek), HasSubstr("damaged or altered"));
}

TEST_F(Attack, AnotherVersionOrType) {
   for (const json &version : {json(2), json("1"), json(1.5), json(true), json(0)}) {
      expect_unreadable([&](json &, json &header) { header["ks_v"] = version; });
   }
   for (const json &type : {json("JWE"), json("KEYSEAT+JWE"), json(1)}) {
      expect_unreadable([&](json &, json &header) { header["typ"] = type; });
   }
}

TEST_F(Attack, DropOrAddAProtectedMember) {
   for (const char *name : {"enc", "typ", "ks_v", "ks_id", "ks_commit", "ks_binding"}) {
      expect_unreadable([&](json &, json &header) { header.erase(name); });
   }
   EXPECT_NE(parse_refusal(altered(sample.jwe,
                                   [](json &, json &header) { header.erase("ks_recipients"); })),
             "");
   expect_unreadable([](json &, json &header) { header["x"] = 1; });
   expect_unreadable([](json &, json &header) { header["kid"] = "k"; });
}

TEST_F(Attack, DropOrAddAMember) {
   for (const char *name : {"ciphertext", "iv", "tag"}) {
      expect_unreadable([&](json &jwe, json &) { jwe.erase(name); });
   }
   for (const char *name : {"aad", "unprotected", "header", "encrypted_key", "x"}) {
      expect_unreadable([&](json &jwe, json &) { jwe[name] = "e30"; });
   }
   expect_unreadable([](json &jwe, json &) { jwe["unprotected"] = {{"zip", "DEF"}}; });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["x"] = 1; });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0].erase("header"); });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0].erase("encrypted_key"); });
}

TEST_F(Attack, Zip) {
   expect_unreadable([](json &, json &header) { header["zip"] = "DEF"; });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["header"]["zip"] = "DEF"; });
}

TEST_F(Attack, Crit) {
   expect_unreadable([](json &, json &header) { header["crit"] = {"exp"}; });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["header"]["crit"] = {"exp"}; });
}

TEST_F(Attack, P2cThatBurnsCpu) {
   expect_unreadable([](json &jwe, json &) {
      jwe["recipients"][0]["header"] = {
            {"alg", "PBES2-HS512+A256KW"}, {"p2s", "AAAAAAAAAAA"}, {"p2c", 2147483647}};
   });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["header"]["p2c"] = 2147483647; });
}

TEST_F(Attack, AnEcPointOffTheCurve) {
   expect_unreadable([](json &jwe, json &) {
      jwe["recipients"][1]["header"]["epk"]["y"] = sdk::jose::base64url_encode(Bytes(32, 1));
   });
   expect_unreadable([](json &jwe, json &) {
      jwe["recipients"][1]["header"]["epk"]["x"] = sdk::jose::base64url_encode(Bytes(32, 0));
   });
}

TEST_F(Attack, AnEpkWhereNoneBelongs) {
   expect_unreadable([](json &jwe, json &) {
      jwe["recipients"][0]["header"]["epk"] = jwe["recipients"][1]["header"]["epk"];
   });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][1]["header"].erase("epk"); });
}

TEST_F(Attack, DuplicateMembersInAnyCase) {
   for (const char *added : {R"("iv":"AAAA",)", R"("IV":"AAAA",)", R"("Recipients":[],)"}) {
      EXPECT_NE(parse_refusal(replaced(text, R"("iv":)", std::string(added) + R"("iv":)")), "");
   }
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["header"]["ALG"] = "dir"; });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["header"]["Kid"] = "other"; });
   expect_unreadable([](json &, json &header) { header["ENC"] = "A128GCM"; });
   EXPECT_NE(parse_refusal(replaced(text, R"("header":{)", R"("header":{"alg":"dir",)")), "");
}

TEST_F(Attack, NonCanonicalJson) {
   EXPECT_NE(parse_refusal(' ' + text), "");
   EXPECT_NE(parse_refusal(text + '\n'), "");
   EXPECT_NE(parse_refusal("\xef\xbb\xbf" + text), "");
   EXPECT_NE(parse_refusal(replaced(text, R"("iv":)", R"("iv": )")), "");
   EXPECT_NE(parse_refusal(replaced(text, R"("iv":)", R"("\u0069v":)")), "");
   EXPECT_NE(parse_refusal(text + text), "");
   EXPECT_NE(parse_refusal(text + "x"), "");

   json members = json::parse(text);
   std::string reordered = R"({"tag":)" + members["tag"].dump();
   members.erase("tag");
   EXPECT_NE(parse_refusal(reordered + ',' + members.dump().substr(1)), "");
}

TEST_F(Attack, NonCanonicalProtectedHeader) {
   struct Spelling {
      const char *canonical;
      const char *other;
   };
   for (const Spelling &spelling :
        {Spelling{R"("ks_v":1)", R"("ks_v":1.0)"}, Spelling{R"("ks_v":1)", R"("ks_v":01)"},
         Spelling{R"("ks_v":1)", R"("ks_v": 1)"}, Spelling{R"("enc":"A)", R"("enc":"\u0041)"},
         Spelling{R"({"enc")", R"({"enc":"A256GCM","enc")"}}) {
      const std::string respelled = altered(sample.jwe, [&](json &jwe, json &header) {
         const std::string text_of_header =
               replaced(header.dump(), spelling.canonical, spelling.other);
         jwe["protected"] = sdk::jose::base64url_encode(as_bytes(text_of_header));
      });
      EXPECT_NE(parse_refusal(respelled), "") << spelling.other;
   }
}

TEST_F(Attack, NonCanonicalBase64) {
   for (const char *member : {"ciphertext", "iv", "tag"}) {
      for (const char *suffix : {"=", "==", "\n", " ", "."}) {
         expect_unreadable(
               [&](json &jwe, json &) { jwe[member] = jwe[member].get<std::string>() + suffix; });
      }
   }
   expect_unreadable(
         [](json &jwe, json &) { jwe["tag"] = "AAAAAAAAAAAAAAAAAAAAAB"; }); // spare bits
   expect_unreadable([](json &jwe, json &) { jwe["iv"] = "++++++++++++++++"; });
   expect_unreadable([](json &jwe, json &) { jwe["iv"] = "////////////////"; });
   expect_unreadable([](json &jwe, json &) {
      jwe["recipients"][0]["encrypted_key"] =
            jwe["recipients"][0]["encrypted_key"].get<std::string>() + "=";
   });
}

TEST_F(Attack, WrongKindsOfValues) {
   for (const json &value : {json(nullptr), json(1), json(true), json::array(), json::object()}) {
      for (const char *member : {"ciphertext", "iv", "tag"}) {
         expect_unreadable([&](json &jwe, json &) { jwe[member] = value; });
      }
   }
   for (const char *root : {"null", "1", "[]", "\"\"", "{}", ""}) {
      EXPECT_NE(parse_refusal(root), "") << root;
   }
   expect_unreadable([](json &jwe, json &) { jwe["recipients"] = json::object(); });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0] = "x"; });
   expect_unreadable([](json &jwe, json &) { jwe["recipients"][0]["header"] = json::array(); });
   expect_unreadable([](json &, json &header) { header["ks_binding"] = "x"; });
}

TEST_F(Attack, NumbersThatReadersDisagreeOn) {
   for (const char *number : {"9007199254740993", "9007199254740992", "-9007199254740992", "1e400",
                              "-1e400", "123456789012345678901234567890"}) {
      const std::string with_number = forged(
            sample.jwe, [](json &jwe, json &) { jwe["recipients"][0]["header"]["x"] = 4711; });
      EXPECT_THAT(parse_refusal(replaced(with_number, "4711", number)),
                  HasSubstr("not exact everywhere"))
            << number;
   }
}

TEST_F(Attack, AMillionRecipients) {
   std::string recipients = "[{}";
   for (int i = 1; i < 1'000'000; ++i)
      recipients += ",{}";
   const std::string million =
         R"({"ciphertext":"","iv":"","protected":"","recipients":)" + recipients + R"(],"tag":""})";
   const auto start = std::chrono::steady_clock::now();
   EXPECT_THAT(parse_refusal(million), HasSubstr("1 to 16 recipients"));
   EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

TEST_F(Attack, AnEndlessText) {
   const std::string endless(kMaxJweText + 1, '[');
   EXPECT_THAT(parse_refusal(endless), HasSubstr("too large"));
   EXPECT_NE(parse_refusal(std::string(kMaxJweText, '[')), "");
}

TEST_F(Attack, PutAnotherCredentialsPartsIn) {
   const test::Sample other = test::make_sample();
   const json theirs = json::parse(other.jwe.to_json());
   for (const char *member : {"ciphertext", "iv", "tag"}) {
      const std::string mixed =
            forged(sample.jwe, [&](json &jwe, json &) { jwe[member] = theirs[member]; });
      EXPECT_THAT(refusal(mixed, sample.cek), HasSubstr("damaged or altered"));
   }
   expect_unopenable([&](json &jwe, json &) { jwe["recipients"] = theirs["recipients"]; });
}

TEST_F(Attack, TellApartWhyItDoesNotOpen) {
   const SecretBytes wrong_cek = sdk::jose::random_secret(key_memory(), kCekSize);
   const std::string wrong_tag = forged(sample.jwe, [](json &jwe, json &) {
      jwe["tag"] = sdk::jose::base64url_encode(Bytes(16));
   });
   EXPECT_NE(refusal(text, wrong_cek), "");
   EXPECT_EQ(refusal(text, wrong_cek), refusal(wrong_tag, sample.cek));
   EXPECT_EQ(refusal(text, wrong_cek), refusal(wrong_tag, wrong_cek));
   EXPECT_EQ(refusal(text, Bytes(5)), refusal(wrong_tag, wrong_cek));
}

TEST_F(Attack, MakeAMessageQuoteTheFile) {
   for (const char *where : {"enc", "typ", "ks_id", "evil"}) {
      const std::string message = parse_refusal(
            forged(sample.jwe, [&](json &, json &header) { header[where] = "\x1b[2Jevil"; }));
      EXPECT_NE(message, "");
      EXPECT_EQ(message.find("evil"), std::string::npos) << message;
   }
}

} // namespace
} // namespace keyseat
