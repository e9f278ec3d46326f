// SPDX-License-Identifier: Apache-2.0
#include "config/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "config/pin.h"
#include "config/scene.h"
#include "support/access.h"

namespace keyseat::tests {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

std::string content_of(const fs::path &path) {
   std::ifstream file(path, std::ios::binary);
   return {std::istreambuf_iterator<char>(file), {}};
}

// A project whose configuration names the key files dev.jwk (not made yet) and recovery.jwk.
class Trust : public testing::Test {
 protected:
   Trust() : file(scene.put("trust/project.json", scene.project)), pin(pin_path(file, scene.user)) {
      Scene::write(scene.project / "recovery.jwk", "{}");
      Scene::write(scene.project / "passphrase", "correct horse");
   }

   void trust_it() const { trust(file, scene.user); }
   TrustState state() const { return check_trust(file, scene.user); }
   std::string key_file(const std::string &name) const { return (scene.project / name).string(); }

   const Scene scene;
   const fs::path file;
   const fs::path pin;
};

TEST_F(Trust, AFileIsUntrustedAtFirstAndAllOfItIsShown) {
   const TrustState before = state();
   EXPECT_FALSE(before.trusted);
   EXPECT_EQ(before.why, "nobody has trusted it yet");
   ASSERT_EQ(before.differences.size(), 7U);
   EXPECT_EQ(before.differences.front(), "+ {");
}

TEST_F(Trust, APinnedFileIsTrusted) {
   trust_it();
   const TrustState after = state();
   EXPECT_TRUE(after.trusted);
   EXPECT_EQ(after.why, "");
   EXPECT_THAT(after.differences, IsEmpty());
   EXPECT_NO_THROW(scene.load().require_trusted());
}

TEST_F(Trust, APinIsTheUsersAloneAndNamedByAHashOfThePath) {
   trust_it();
   EXPECT_EQ(pin.parent_path(), scene.user / "trusted");
   EXPECT_EQ(pin.filename().string().size(), 32 + std::string(".json").size());
   EXPECT_TRUE(test::is_for_owner_only(pin));
   EXPECT_TRUE(test::is_for_owner_only(pin.parent_path()));
}

TEST_F(Trust, TheUsersFolderIsMadeWhenItIsMissing) {
   const fs::path fresh = scene.root / "fresh" / "keyseat";
   trust(file, fresh);
   EXPECT_TRUE(check_trust(file, fresh).trusted);
   EXPECT_TRUE(test::is_for_owner_only(fresh));
}

TEST_F(Trust, OneFilesPinIsNoOthers) {
   trust_it();
   const fs::path other = scene.root / "keyseat.json";
   Scene::write(other, fixture("trust/project.json"));
   EXPECT_FALSE(check_trust(other, scene.user).trusted);
   fs::copy_file(pin, pin_path(other, scene.user));
   EXPECT_THAT(check_trust(other, scene.user).why, HasSubstr("is damaged"));
}

TEST_F(Trust, AChangedFileIsUntrustedAndTheChangedLinesAreShown) {
   trust_it();
   scene.put("trust/stranger.json", scene.project);
   const TrustState after = state();
   EXPECT_FALSE(after.trusted);
   EXPECT_EQ(after.why, "it has changed since it was trusted");
   EXPECT_THAT(after.differences,
               ElementsAre(R"(-     "recovery": { "public-key": "recovery.jwk" })",
                           R"(+     "recovery": { "public-key": "stranger.jwk" })"));
}

TEST_F(Trust, AChangeOfACommentCountsToo) {
   trust_it();
   Scene::write(file, fixture("trust/project.json") + "// harmless\n");
   EXPECT_THAT(state().differences, ElementsAre("+ // harmless"));
}

TEST_F(Trust, AChangedFileThatIsPutBackIsTrusted) {
   trust_it();
   scene.put("trust/stranger.json", scene.project);
   scene.put("trust/project.json", scene.project);
   EXPECT_TRUE(state().trusted);
}

TEST_F(Trust, AnExchangedPublicKeyIsSeen) {
   trust_it();
   Scene::write(scene.project / "recovery.jwk", "{\"kty\": \"EC\"}");
   const TrustState after = state();
   EXPECT_FALSE(after.trusted);
   EXPECT_EQ(after.why, "a key file that it names has changed since it was trusted");
   EXPECT_THAT(after.differences,
               ElementsAre("key file " + key_file("recovery.jwk") + " has changed"));
   EXPECT_THROW(scene.load().require_trusted(), Error);
}

TEST_F(Trust, AKeyFileThatAppearsIsSeen) {
   trust_it();
   Scene::write(scene.project / "dev.jwk", "{}");
   Scene::write(scene.project / "dev.jwk.pub", "{}");
   EXPECT_THAT(state().differences,
               ElementsAre("key file " + key_file("dev.jwk") + " has appeared",
                           "key file " + key_file("dev.jwk.pub") + " has appeared"));
}

TEST_F(Trust, AKeyFileThatGoesIsSeen) {
   trust_it();
   fs::remove(scene.project / "recovery.jwk");
   EXPECT_THAT(state().differences,
               ElementsAre("key file " + key_file("recovery.jwk") + " is gone"));
}

TEST_F(Trust, AKeyFileThatBecomesAFolderIsSeen) {
   trust_it();
   fs::remove(scene.project / "recovery.jwk");
   fs::create_directory(scene.project / "recovery.jwk");
   EXPECT_THAT(state().differences,
               ElementsAre("key file " + key_file("recovery.jwk") + " has changed"));
}

TEST_F(Trust, SourcesOfPassphrasesAreNotDigested) {
   trust_it();
   EXPECT_THAT(content_of(pin), Not(HasSubstr(key_file("passphrase"))));
   Scene::write(scene.project / "passphrase", "battery staple");
   EXPECT_TRUE(state().trusted);
}

TEST_F(Trust, AFileWithMistakesIsNotPinned) {
   Scene::write(file, "{ \"rules\": [ {} ] }");
   EXPECT_THROW(trust_it(), Error);
   EXPECT_FALSE(fs::exists(pin));
}

TEST_F(Trust, AFileThatOthersCanWriteIsNotPinned) {
   test::let_others_write(file);
   EXPECT_THROW(trust_it(), Error);
   EXPECT_FALSE(fs::exists(pin));
}

TEST_F(Trust, WhatWasLookedAtIsWhatIsPinned) {
   const std::string seen = state().fingerprint;
   scene.put("trust/stranger.json", scene.project);
   try {
      trust(file, scene.user, seen);
      FAIL() << "nothing was thrown";
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::config_untrusted);
   }
   EXPECT_FALSE(fs::exists(pin));
   trust(file, scene.user, state().fingerprint);
   EXPECT_TRUE(state().trusted);
}

TEST_F(Trust, AKeyFileExchangedBehindTheLookIsNotPinned) {
   const std::string seen = state().fingerprint;
   Scene::write(scene.project / "recovery.jwk", "{\"kty\": \"EC\"}");
   EXPECT_THROW(trust(file, scene.user, seen), Error);
}

TEST_F(Trust, ADamagedPinIsNoTrust) {
   trust_it();
   const std::string whole = content_of(pin);
   for (const std::string &damaged :
        {std::string(), std::string("[]"), whole.substr(0, whole.size() / 2), whole + "{}",
         "{\"v\": 2" + whole.substr(whole.find(','))}) {
      Scene::write(pin, damaged);
      EXPECT_FALSE(state().trusted) << damaged;
      EXPECT_THAT(state().why, EndsWith("is damaged")) << damaged;
   }
}

TEST_F(Trust, APinWithoutKeyFilesIsNoTrust) {
   trust_it();
   std::string forged = content_of(pin);
   const std::size_t begin = forged.find("\"key-files\": {") + 14;
   forged.erase(begin, forged.rfind("  }") - begin);
   Scene::write(pin, forged);
   EXPECT_FALSE(state().trusted);
}

TEST_F(Trust, APinThatOthersCanWriteIsNotBelieved) {
   trust_it();
   test::let_others_write(pin);
   EXPECT_FALSE(state().trusted);
   EXPECT_THAT(state().why, EndsWith("can be written by other users"));
}

TEST_F(Trust, APinInAFolderThatOthersCanWriteIsNotBelieved) {
   trust_it();
   test::let_others_write(pin.parent_path());
   EXPECT_THAT(state().why, EndsWith("can be written by other users"));
}

TEST_F(Trust, OurOwnNewKeyIsPinnedAgain) {
   trust_it();
   Scene::write(scene.project / "dev.jwk", "{}");
   Scene::write(scene.project / "dev.jwk.pub", "{}");
   EXPECT_TRUE(trust_again(file, scene.user, "dev"));
   EXPECT_TRUE(state().trusted);
}

TEST_F(Trust, AnotherProtectorsKeyIsNotPinnedAgain) {
   trust_it();
   Scene::write(scene.project / "dev.jwk", "{}");
   Scene::write(scene.project / "recovery.jwk", "{\"kty\": \"EC\"}");
   const std::string before = content_of(pin);
   EXPECT_FALSE(trust_again(file, scene.user, "dev"));
   EXPECT_EQ(content_of(pin), before);
}

TEST_F(Trust, AChangedFileIsNotPinnedAgain) {
   trust_it();
   scene.put("trust/stranger.json", scene.project);
   EXPECT_FALSE(trust_again(file, scene.user, "dev"));
   EXPECT_FALSE(state().trusted);
}

TEST_F(Trust, AFileThatNobodyTrustedIsNotPinnedAgain) {
   EXPECT_FALSE(trust_again(file, scene.user, "dev"));
   EXPECT_FALSE(fs::exists(pin));
}

TEST_F(Trust, WithoutAUsersFolderNothingIsTrusted) {
   EXPECT_EQ(check_trust(file, {}).why, "this user has no configuration folder");
   EXPECT_THROW(trust(file, {}), Error);
}

} // namespace
} // namespace keyseat::tests
