// SPDX-License-Identifier: Apache-2.0
#include "key_file_fixture.h"

namespace keyseat::test {
namespace {

using namespace sdk::jose;
namespace fs = std::filesystem;

using KeyFile = KeyFileTest;

TEST_F(KeyFile, ReadsBackWhatWasWritten) {
   write("secret");
   EXPECT_EQ(to_text(read_key_file(memory, path(), true)), "secret");
   EXPECT_EQ(folder_.entries(), 1u);
   EXPECT_GT(key_file_time(path()), 1'700'000'000);
}

TEST_F(KeyFile, NeverReplacesUnlessAskedTo) {
   write("old");
   EXPECT_EQ(failure_of([&] { write("new"); }).status(), KEYSEAT_E_KEY_EXISTS);
   EXPECT_EQ(to_text(read_key_file(memory, path(), true)), "old");
   EXPECT_EQ(folder_.entries(), 1u);
   write("new", true);
   EXPECT_EQ(to_text(read_key_file(memory, path(), true)), "new");
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(KeyFile, SaysWhenItIsMissing) {
   EXPECT_EQ(read_failure(path()).status(), KEYSEAT_E_KEY_MISSING);
   EXPECT_FALSE(key_file_exists(path()));
   EXPECT_EQ(failure_of([&] { remove_key_file(path()); }).status(), KEYSEAT_E_KEY_MISSING);
   EXPECT_EQ(key_file_time(path()), 0);
}

TEST_F(KeyFile, IsRefusedBeyondItsLargestSize) {
   write(std::string(kMaxKeyFileSize, 'x'));
   EXPECT_EQ(read_key_file(memory, path(), true).size(), kMaxKeyFileSize);
   fs::resize_file(path(), kMaxKeyFileSize + 1);
   EXPECT_EQ(read_failure(path()).status(), KEYSEAT_E_LIMIT);
}

TEST_F(KeyFile, IsRefusedUnderAPathWithANul) {
   EXPECT_EQ(read_failure(std::string("a\0b", 3)).status(), KEYSEAT_E_CONFIG);
}

TEST_F(KeyFile, KeepsFactsThatNeedNoSecret) {
   for (const KeyType type : {KeyType::oct, KeyType::p256}) {
      const PrivateJwk key = generated(type);
      const KeyFacts facts = read_key_facts(write_key_facts(key));
      EXPECT_EQ(facts.kid, key.kid());
      EXPECT_EQ(facts.alg, key.alg());
      EXPECT_EQ(facts.public_key.has_value(), type != KeyType::oct);
   }
}

} // namespace
} // namespace keyseat::test
