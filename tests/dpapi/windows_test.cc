// SPDX-License-Identifier: Apache-2.0
//
// The dpapi plugin on Windows, or by Wine's imitation of DPAPI: what is the plugin's own, beyond the
// contract. Nothing here asserts what only one of the two promises.

#include "dpapi/library.h"

#include "support/scratch_folder.h"
#include "support/test_secret_memory.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/primitives.h>

#include <cstdlib>

#include <windows.h>

namespace keyseat::test {
namespace {

class DpapiWindows : public testing::Test {
 protected:
   std::string path(const char *name) const { return (folder_ / name).string(); }

   // A file for this user alone, as a key file is.
   std::string private_file(const char *name, const std::string &content) const {
      sdk::jose::write_key_file(path(name), sdk::as_bytes(content), true, true);
      return path(name);
   }

   DpapiSettings key_settings() const { return {{"key", path("node.dpapi")}}; }

   std::string create_key() {
      const auto created = open_dpapi(host_, key_settings())->create(std::nullopt, 0);
      EXPECT_EQ(created.status, KEYSEAT_OK)
            << (created.explained ? created.explained->message : "");
      return created.text;
   }

   contract::Host host_;
   ScratchFolder folder_;
   const contract::Bytes cek_ = contract::Bytes(KEYSEAT_CEK_SIZE, 0x5a);
};

// Wine asks this variable who is logged on.
class AnotherWineUser {
 public:
   AnotherWineUser() : name_(std::getenv("WINEUSERNAME")) {
      SetEnvironmentVariableA("WINEUSERNAME", "somebody");
   }
   ~AnotherWineUser() { SetEnvironmentVariableA("WINEUSERNAME", name_.c_str()); }
   AnotherWineUser(const AnotherWineUser &) = delete;
   AnotherWineUser &operator=(const AnotherWineUser &) = delete;

 private:
   std::string name_;
};

bool is_wine() {
   return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

std::string machine_guid() {
   char text[64];
   DWORD size = sizeof text;
   EXPECT_EQ(RegGetValueA(HKEY_LOCAL_MACHINE, "SOFTWARE\\Microsoft\\Cryptography", "MachineGuid",
                          RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, nullptr, text, &size),
             ERROR_SUCCESS);
   return text;
}

bool has(const std::string &text, std::string_view part) {
   return text.find(part) != std::string::npos;
}

} // namespace

TEST_F(DpapiWindows, DirectModeNeedsNothingAndOpensInAnotherInstance) {
   for (const char *scope : {"user", "machine"}) {
      const DpapiSettings settings{{"scope", scope}};
      const auto wrapped = open_dpapi(host_, settings)->wrap(cek_);
      ASSERT_EQ(wrapped.status, KEYSEAT_OK);
      EXPECT_EQ(open_dpapi(host_, settings)->unwrap(wrapped).cek, cek_);
      EXPECT_TRUE(has(wrapped.header, std::string("\"kid\":\"") + scope + ":")) << wrapped.header;
   }
}

TEST_F(DpapiWindows, TheTwoScopesAreTwoKeys) {
   const auto wrapped = open_dpapi(host_, {})->wrap(cek_);
   EXPECT_EQ(open_dpapi(host_, {{"scope", "machine"}})->unwrap(wrapped).status, KEYSEAT_E_NOT_MINE);
}

TEST_F(DpapiWindows, TheBlobIsOneThatInspectReads) {
   const auto wrapped = open_dpapi(host_, {})->wrap(cek_);
   const auto text = inspect_dpapi(host_, wrapped.header, wrapped.encrypted_key).text;
   EXPECT_TRUE(has(text, R"("description":"Keyseat")")) << text;
   EXPECT_TRUE(has(text, R"("scope":"user")")) << text;
}

TEST_F(DpapiWindows, DirectModeRefusesEveryFlippedBit) {
   const auto opened = open_dpapi(host_, {});
   const auto wrapped = opened->wrap(cek_);
   for (std::size_t i = 0; i < 8 * wrapped.encrypted_key.size(); ++i) {
      contract::Bytes altered = wrapped.encrypted_key;
      altered[i / 8] = static_cast<std::uint8_t>(altered[i / 8] ^ 1u << i % 8);
      EXPECT_EQ(opened->unwrap(wrapped.header, altered).status, KEYSEAT_E_TAMPERED) << i;
   }
}

TEST_F(DpapiWindows, ABlobOfSomethingElseIsTamperedWith) {
   const auto opened = open_dpapi(host_, {});
   const auto wrapped = opened->wrap(cek_);
   for (const char *blob : {"windows-user.blob", "wine-user.blob"}) {
      EXPECT_EQ(opened->unwrap(wrapped.header, encrypted_key_with(blob)).status, KEYSEAT_E_TAMPERED)
            << blob;
   }
}

TEST_F(DpapiWindows, AnotherUserDoesNotOpen) {
   if (!is_wine()) GTEST_SKIP() << "on Windows this takes a second account, and a person";
   create_key();
   const auto direct = open_dpapi(host_, {})->wrap(cek_);
   const auto pair = open_dpapi(host_, key_settings())->wrap(cek_);
   const AnotherWineUser another;
   EXPECT_EQ(open_dpapi(host_, {})->unwrap(direct).status, KEYSEAT_E_TAMPERED);
   const auto opened = open_dpapi(host_, key_settings());
   const auto failed = opened->unwrap(pair);
   EXPECT_EQ(failed.status, KEYSEAT_E_DENIED);
   EXPECT_TRUE(has(failed.explained->message, "another account")) << failed.explained->message;
   EXPECT_EQ(opened->wrap(cek_).status, KEYSEAT_OK) << "the public half is everybody's";
}

TEST_F(DpapiWindows, TheEncryptedKeyIsABlobAndACommitment) {
   const auto wrapped = open_dpapi(host_, {})->wrap(cek_);
   const std::size_t size = wrapped.encrypted_key.size() - 32;
   const sdk::BytesView blob = sdk::BytesView(wrapped.encrypted_key).sub(0, size);
   const sdk::jose::Digest digest =
         sdk::jose::sha256({sdk::as_bytes(std::string_view("keyseat.dpapi\0", 14)), blob});
   const std::string_view label("keyseat.dpapi commitment\0", 25);
   contract::Bytes info(label.begin(), label.end());
   info.insert(info.end(), digest.begin(), digest.end());
   TestSecretMemory memory;
   const auto expected = sdk::jose::hkdf_sha256(memory, cek_, {}, info, 32);
   EXPECT_TRUE(
         sdk::jose::constant_time_equal(expected, sdk::BytesView(wrapped.encrypted_key).sub(size)));
}

TEST_F(DpapiWindows, TheKidOfAMachineIsAHashOfItsMachineGuid) {
   const std::string text = std::string("keyseat.dpapi\0machine\0", 22) + machine_guid();
   const sdk::jose::Digest digest = sdk::jose::sha256(sdk::as_bytes(text));
   EXPECT_EQ(open_dpapi(host_, {{"scope", "machine"}})->status().kid,
             "machine:" + sdk::jose::base64url_encode(sdk::BytesView(digest).sub(0, 16)));
}

TEST_F(DpapiWindows, OtherEntropyDoesNotOpen) {
   const DpapiSettings one{{"entropy-file", private_file("one", std::string(32, '1'))}};
   const DpapiSettings other{{"entropy-file", private_file("other", std::string(32, '2'))}};
   const auto wrapped = open_dpapi(host_, one)->wrap(cek_);
   EXPECT_EQ(open_dpapi(host_, one)->unwrap(wrapped).cek, cek_);
   EXPECT_EQ(open_dpapi(host_, other)->unwrap(wrapped).status, KEYSEAT_E_TAMPERED);
   EXPECT_EQ(open_dpapi(host_, {})->unwrap(wrapped).status, KEYSEAT_E_TAMPERED);
}

TEST_F(DpapiWindows, AMissingEntropyFileIsAMissingKeyAndAShortOneAMistake) {
   const auto missing = open_dpapi(host_, {{"entropy-file", path("none")}});
   EXPECT_EQ(missing->status().health, KEYSEAT_HEALTH_KEY_MISSING);
   EXPECT_EQ(missing->wrap(cek_).status, KEYSEAT_E_KEY_MISSING);
   const auto least =
         open_dpapi(host_, {{"entropy-file", private_file("least", std::string(16, 'x'))}});
   EXPECT_EQ(least->wrap(cek_).status, KEYSEAT_OK);
   const auto shorter =
         open_dpapi(host_, {{"entropy-file", private_file("shorter", std::string(15, 'x'))}});
   EXPECT_EQ(shorter->wrap(cek_).status, KEYSEAT_E_CONFIG);
}

TEST_F(DpapiWindows, ModeKeyKeepsTheKeyUnderDpapiAndOpensInAnotherInstance) {
   const std::string kid = create_key();
   const std::string file = contract::read_file(path("node.dpapi"));
   EXPECT_FALSE(has(file, "\"d\"")) << "a private key in clear";
   const auto wrapped = open_dpapi(host_, key_settings())->wrap(cek_);
   const auto opened = open_dpapi(host_, key_settings());
   EXPECT_EQ(opened->unwrap(wrapped).cek, cek_);
   const auto status = opened->status();
   EXPECT_EQ(status.kid, kid);
   EXPECT_TRUE(has(status.message, "under DPAPI, scope user")) << status.message;
   EXPECT_TRUE(has(status.details, "\"master_key\"")) << status.details;
}

TEST_F(DpapiWindows, AnAlteredKeyFileNeverOpens) {
   create_key();
   const auto wrapped = open_dpapi(host_, key_settings())->wrap(cek_);
   const std::string file = contract::read_file(path("node.dpapi"));
   for (std::size_t i = 0; i < file.size(); i += 3) {
      std::string altered = file;
      altered[i] = altered[i] == 'A' ? 'B' : 'A';
      private_file("node.dpapi", altered);
      const auto outcome = open_dpapi(host_, key_settings())->unwrap(wrapped);
      EXPECT_TRUE(outcome.status == KEYSEAT_E_CONFIG || outcome.status == KEYSEAT_E_DENIED ||
                  outcome.status == KEYSEAT_E_TOO_NEW)
            << i << " " << outcome.status << " "
            << (outcome.explained ? outcome.explained->message : "");
   }
}

TEST_F(DpapiWindows, AKeyFileUnderOtherEntropySaysSoWithItsMasterKey) {
   DpapiSettings settings = key_settings();
   settings["entropy-file"] = private_file("one", std::string(32, '1'));
   ASSERT_EQ(open_dpapi(host_, settings)->create(std::nullopt, 0).status, KEYSEAT_OK);
   const auto wrapped = open_dpapi(host_, settings)->wrap(cek_);
   settings["entropy-file"] = private_file("other", std::string(32, '2'));
   const auto failed = open_dpapi(host_, settings)->unwrap(wrapped);
   EXPECT_EQ(failed.status, KEYSEAT_E_DENIED);
   EXPECT_TRUE(has(failed.explained->message, "other entropy")) << failed.explained->message;
   EXPECT_TRUE(has(failed.explained->hint, "master key")) << failed.explained->hint;
}

TEST_F(DpapiWindows, AKeyFileOfAnotherPluginIsNamedAsSuch) {
   private_file("node.dpapi", R"({"kty":"oct","kid":"x","k":"AA"})");
   const auto opened = open_dpapi(host_, key_settings());
   EXPECT_EQ(opened->wrap(cek_).status, KEYSEAT_E_CONFIG);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_DOWN);
}

TEST_F(DpapiWindows, ThereIsNoPassphrase) {
   const auto created =
         open_dpapi(host_, key_settings())->create(std::nullopt, KEYSEAT_KEYS_ENCRYPTED);
   EXPECT_EQ(created.status, KEYSEAT_E_UNSUPPORTED);
   EXPECT_FALSE(std::filesystem::exists(folder_ / "node.dpapi"));
}

TEST_F(DpapiWindows, WhereDpapiNgIsMissingItIsSaidSoAndNothingCrashes) {
   const auto opened = open_dpapi(host_, {{"descriptor", "LOCAL=user"}});
   const auto status = opened->status();
   if (status.health == KEYSEAT_HEALTH_OK) {
      EXPECT_EQ(opened->unwrap(opened->wrap(cek_)).cek, cek_);
      return;
   }
   EXPECT_TRUE(has(status.message, "DPAPI-NG")) << status.message;
   EXPECT_EQ(opened->wrap(cek_).status, KEYSEAT_E_UNAVAILABLE);
}

} // namespace keyseat::test
