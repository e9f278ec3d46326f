// SPDX-License-Identifier: Apache-2.0
//
// keyseat.inspect/1 of the dpapi plugin, on every system.

#include "dpapi/library.h"

#include <keyseat/sdk/jose/json.h>

namespace keyseat::test {
namespace {

namespace jose = sdk::jose;

class DpapiInspect : public testing::Test {
 protected:
   std::string explain(const std::string &header, const contract::Bytes &encrypted_key) {
      const auto outcome = inspect_dpapi(host_, header, encrypted_key);
      EXPECT_EQ(outcome.status, KEYSEAT_OK) << header;
      return outcome.text;
   }

   static std::string text(const std::string &json, const char *name) {
      const jose::JsonTree tree(json);
      const auto value = tree.root().find(name);
      return value.is(jose::JsonKind::string) ? value.public_text() : std::string(value.raw());
   }

   contract::Host host_;
};

} // namespace

TEST_F(DpapiInspect, SaysWhichMasterKeyOfWhomIsNeeded) {
   const std::string json = explain(kDirect, encrypted_key_with("windows-user.blob"));
   EXPECT_EQ(
         text(json, "needs"),
         "the Windows account that has the DPAPI master key 5e7a1c3e-9c1d-4b5f-8a21-0f1e2d3c4b5a");
   EXPECT_EQ(text(json, "scope"), "user");
   EXPECT_NE(text(json, "master_key_file").find("%APPDATA%"), std::string::npos);
   EXPECT_EQ(text(json, "cipher"), "AES-256");
   EXPECT_EQ(text(json, "description"), "Keyseat");
}

TEST_F(DpapiInspect, TellsTheScopeFromTheBlobAndFromTheKid) {
   EXPECT_EQ(text(explain(kDirect, encrypted_key_with("windows-machine.blob")), "scope"),
             "machine");
   const char *machine = R"({"alg":"keyseat.dpapi","kid":"machine:AAAA"})";
   EXPECT_EQ(text(explain(machine, encrypted_key_with("wine-machine.blob")), "scope"), "machine");
   EXPECT_EQ(text(explain(kDirect, encrypted_key_with("wine-user.blob")), "scope"), "user");
}

TEST_F(DpapiInspect, TheMachinesMasterKeyIsNotAmongThoseOfLocalSystemAsAUser) {
   const std::string json = explain(kDirect, encrypted_key_with("windows-machine.blob"));
   EXPECT_NE(text(json, "master_key_file").find(R"(\Protect\S-1-5-18\5e7a1c3e-)"),
             std::string::npos);
}

TEST_F(DpapiInspect, ALayoutThatIsNotKnownIsSaidToBe) {
   const std::string json = explain(kDirect, contract::Bytes(200, 'x'));
   EXPECT_NE(text(json, "needs").find("not known"), std::string::npos);
}

TEST_F(DpapiInspect, DpapiNgShowsItsDescriptor) {
   const char *header =
         R"({"alg":"keyseat.dpapi-ng","descriptor":"SID=S-1-5-32-544","kid":"ng:AAAA"})";
   const std::string json = explain(header, contract::Bytes(400, 'x'));
   EXPECT_EQ(text(json, "descriptor"), "SID=S-1-5-32-544");
}

TEST_F(DpapiInspect, AKeyOfModeKeyIsNamedByItsKid) {
   const char *header = R"({"alg":"RSA-OAEP-256","kid":"the-thumbprint"})";
   const std::string json = explain(header, contract::Bytes(256, 'x'));
   EXPECT_EQ(text(json, "kid"), "the-thumbprint");
   EXPECT_NE(text(json, "needs").find("key file"), std::string::npos);
}

TEST_F(DpapiInspect, WhatIsTooShortOrOfAnotherAlgorithmIsNotMine) {
   EXPECT_EQ(inspect_dpapi(host_, kDirect, contract::Bytes(60, 'x')).status, KEYSEAT_E_NOT_MINE);
   EXPECT_EQ(inspect_dpapi(host_, R"({"alg":"com.example.chest"})", contract::Bytes(200)).status,
             KEYSEAT_E_NOT_MINE);
}

TEST_F(DpapiInspect, NoFlippedBitOfABlobMakesItFail) {
   const contract::Bytes key = encrypted_key_with("windows-surrogates.blob");
   for (std::size_t i = 0; i < key.size(); ++i) {
      for (unsigned bit = 0; bit < 8; ++bit) {
         contract::Bytes altered = key;
         altered[i] = static_cast<std::uint8_t>(altered[i] ^ 1u << bit);
         const std::string json = explain(kDirect, altered);
         EXPECT_TRUE(jose::JsonTree(json).root().is(jose::JsonKind::object));
      }
   }
}

} // namespace keyseat::test
