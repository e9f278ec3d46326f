// SPDX-License-Identifier: Apache-2.0
//
// What is the keyfile plugin's own, beyond the contract: its two files, and what goes wrong with them.

#include "contract/configuration.h"
#include "contract/library.h"
#include "contract/opened.h"
#include "support/access.h"
#include "support/scratch_folder.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

namespace {

namespace fs = std::filesystem;
using contract::Answer;
using contract::Asked;
using contract::Bytes;
using contract::Host;
using contract::Opened;

class Keyfile : public testing::Test {
 protected:
   void SetUp() override {
      host_.answer = [](const Asked &) { return Answer{KEYSEAT_OK, "correct horse battery"}; };
   }

   std::unique_ptr<Opened> open(const std::string &file = "key.jwk") {
      static const contract::Library library(KEYFILE_LIBRARY);
      return std::make_unique<Opened>(
            library.descriptor(), host_,
            std::map<std::string, std::string>{{"key", (folder_ / file).string()}});
   }

   std::string create(std::uint32_t flags, const std::string &file = "key.jwk") {
      const auto created = open(file)->create(std::nullopt, flags);
      EXPECT_EQ(created.status, KEYSEAT_OK);
      return created.text;
   }

   Host host_;
   const keyseat::ScratchFolder scratch_;
   const fs::path folder_ = scratch_.path();
   const Bytes cek_ = Bytes(KEYSEAT_CEK_SIZE, 0x5a);
};

} // namespace

TEST_F(Keyfile, CreateWritesAPrivateFileAndAPublicOne) {
   create(0);
   EXPECT_TRUE(keyseat::test::is_for_owner_only(folder_ / "key.jwk"));
   EXPECT_FALSE(keyseat::test::is_for_owner_only(folder_ / "key.jwk.pub"));
   EXPECT_FALSE(keyseat::test::others_may_write(folder_ / "key.jwk.pub"));
   const std::string text = contract::read_file((folder_ / "key.jwk.pub").string());
   EXPECT_EQ(text.find("\"d\""), std::string::npos);
}

TEST_F(Keyfile, AnEncryptedKeyWrapsWithoutAPassphrase) {
   create(KEYSEAT_KEYS_ENCRYPTED);
   const std::size_t asked = host_.asked().size();
   EXPECT_EQ(open()->wrap(cek_).status, KEYSEAT_OK);
   EXPECT_EQ(host_.asked().size(), asked);
}

TEST_F(Keyfile, AKeyFileThatOthersCanReadIsRefusedWithTheRemedy) {
   create(0);
   keyseat::test::let_others_read(folder_ / "key.jwk");
   const auto opened = open();
   const auto wrapped = opened->wrap(cek_);
   EXPECT_EQ(wrapped.status, KEYSEAT_E_DENIED);
   EXPECT_NE(wrapped.explained->hint.find("key.jwk"), std::string::npos);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_DOWN);
}

TEST_F(Keyfile, APublicFileThatOthersCanWriteIsNotEncryptedTo) {
   create(KEYSEAT_KEYS_ENCRYPTED);
   keyseat::test::let_others_write(folder_ / "key.jwk.pub");
   EXPECT_EQ(open()->wrap(cek_).status, KEYSEAT_E_DENIED);
}

TEST_F(Keyfile, ATruncatedKeyFileIsAnErrorOfConfiguration) {
   create(0);
   fs::resize_file(folder_ / "key.jwk", 40);
   EXPECT_EQ(open()->wrap(cek_).status, KEYSEAT_E_CONFIG);
   EXPECT_EQ(open()->status().health, KEYSEAT_HEALTH_DOWN);
}

TEST_F(Keyfile, AnUnencryptedKeyNeedsNoPublicFile) {
   const std::string kid = create(0);
   fs::remove(folder_ / "key.jwk.pub");
   const auto opened = open();
   EXPECT_EQ(opened->unwrap(opened->wrap(cek_)).cek, cek_);
   EXPECT_EQ(opened->status().kid, kid);
}

TEST_F(Keyfile, CreateBringsBackTheMissingPublicFileAndKeepsTheKey) {
   const std::string kid = create(KEYSEAT_KEYS_ENCRYPTED);
   const auto wrapped = open()->wrap(cek_);
   fs::remove(folder_ / "key.jwk.pub");
   EXPECT_EQ(open()->wrap(cek_).status, KEYSEAT_E_CONFIG);
   EXPECT_EQ(create(KEYSEAT_KEYS_ENCRYPTED), kid);
   EXPECT_EQ(open()->unwrap(wrapped).cek, cek_);
}

TEST_F(Keyfile, AWrongPublicFileIsFoundWhenTheKeyIsUnlockedAndNeverUsedAgain) {
   create(KEYSEAT_KEYS_ENCRYPTED);
   create(0, "other.jwk");
   fs::remove(folder_ / "key.jwk.pub"); // MinGW's library copies over no file
   fs::copy_file(folder_ / "other.jwk.pub", folder_ / "key.jwk.pub");
   const auto wrapped = open("other.jwk")->wrap(cek_);
   const auto opened = open();
   EXPECT_EQ(opened->unwrap(wrapped).status, KEYSEAT_E_CONFIG);
   EXPECT_EQ(opened->wrap(cek_).status, KEYSEAT_E_CONFIG);
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_DOWN);
}

TEST_F(Keyfile, ALostKeyIsNotReplacedUnasked) {
   create(0);
   fs::remove(folder_ / "key.jwk");
   const auto opened = open();
   EXPECT_EQ(opened->status().health, KEYSEAT_HEALTH_KEY_MISSING);
   EXPECT_EQ(opened->create(std::nullopt, 0).status, KEYSEAT_E_KEY_EXISTS);
   EXPECT_EQ(opened->create(std::nullopt, KEYSEAT_KEYS_REPLACE).status, KEYSEAT_OK);
}

TEST_F(Keyfile, StatusTellsThatTheFileHasBeenReplaced) {
   create(0);
   const auto opened = open();
   const std::string kid = opened->status().kid;
   create(KEYSEAT_KEYS_REPLACE);
   EXPECT_EQ(opened->status().kid, kid);
   EXPECT_NE(opened->status().message.find("replaced"), std::string::npos);
}

TEST_F(Keyfile, NobodyIsBlockedWhileAPersonIsAskedAndOnlyOneIsAsked) {
   create(KEYSEAT_KEYS_ENCRYPTED);
   const auto opened = open();
   const auto wrapped = opened->wrap(cek_);
   const std::size_t asked = host_.asked().size();
   std::atomic<bool> prompting{false};
   std::atomic<bool> wrapped_meanwhile{false};
   host_.answer = [&](const Asked &) {
      prompting = true;
      while (!wrapped_meanwhile)
         std::this_thread::yield();
      return Answer{KEYSEAT_OK, "correct horse battery"};
   };
   std::vector<std::thread> threads;
   for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { EXPECT_EQ(opened->unwrap(wrapped).cek, cek_); });
   }
   while (!prompting)
      std::this_thread::yield();
   EXPECT_EQ(opened->wrap(cek_).status, KEYSEAT_OK);
   wrapped_meanwhile = true;
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_EQ(host_.asked().size(), asked + 1);
}
