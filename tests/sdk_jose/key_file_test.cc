// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include <keyseat/sdk/jose/key_file.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace keyseat::test {
namespace {

using namespace sdk::jose;
namespace fs = std::filesystem;

class KeyFile : public JoseTest {
 protected:
   KeyFile() {
      std::string folder = (fs::temp_directory_path() / "keyseat-XXXXXX").string();
      folder_ = ::mkdtemp(folder.data());
   }
   ~KeyFile() override { fs::remove_all(folder_); }

   std::string path(const std::string &name = "dev.jwk") const { return folder_ / name; }
   void write(std::string_view text, bool replace = false) const {
      write_key_file(path(), sdk::as_bytes(text), true, replace);
   }
   Failure read_failure(const std::string &file, bool is_private = true) {
      return failure_of([&] { read_key_file(memory, file, is_private); });
   }
   std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(folder_), {}); }

   fs::path folder_;
};

TEST_F(KeyFile, ReadsBackWhatWasWrittenForItsOwnerAlone) {
   write("secret");
   EXPECT_EQ(to_text(read_key_file(memory, path(), true)), "secret");
   struct ::stat status {};
   ASSERT_EQ(::stat(path().c_str(), &status), 0);
   EXPECT_EQ(status.st_mode & 07777, 0600u);
   EXPECT_EQ(files(), 1);
   EXPECT_GT(key_file_time(path()), 0);
}

TEST_F(KeyFile, NeverReplacesUnlessAskedTo) {
   write("old");
   EXPECT_EQ(failure_of([&] { write("new"); }).status(), KEYSEAT_E_KEY_EXISTS);
   EXPECT_EQ(to_text(read_key_file(memory, path(), true)), "old");
   EXPECT_EQ(files(), 1);
   write("new", true);
   EXPECT_EQ(to_text(read_key_file(memory, path(), true)), "new");
   EXPECT_EQ(files(), 1);
}

TEST_F(KeyFile, IsRefusedWhenOthersMayReadOrWriteIt) {
   write("secret");
   for (const ::mode_t mode : {0640, 0604, 0620, 0602, 0644}) {
      ASSERT_EQ(::chmod(path().c_str(), mode), 0);
      const Failure failure = read_failure(path());
      EXPECT_EQ(failure.status(), KEYSEAT_E_DENIED);
      EXPECT_NE(failure.hint().find("chmod 600"), std::string::npos);
      const bool others_may_write = (mode & 022) != 0;
      EXPECT_EQ(read_failure(path(), false).status(),
                others_may_write ? KEYSEAT_E_DENIED : KEYSEAT_OK);
   }
}

TEST_F(KeyFile, IsRefusedWhenItIsNoRegularFile) {
   ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
   EXPECT_EQ(read_failure(path("fifo")).status(), KEYSEAT_E_DENIED);
   EXPECT_EQ(read_failure(folder_.string()).status(), KEYSEAT_E_DENIED);
   EXPECT_EQ(read_failure("/dev/zero").status(), KEYSEAT_E_DENIED);
}

TEST_F(KeyFile, SaysWhenItIsMissing) {
   EXPECT_EQ(read_failure(path()).status(), KEYSEAT_E_KEY_MISSING);
   EXPECT_FALSE(key_file_exists(path()));
   EXPECT_EQ(failure_of([&] { remove_key_file(path()); }).status(), KEYSEAT_E_KEY_MISSING);
   EXPECT_EQ(key_file_time(path()), 0);
}

TEST_F(KeyFile, FollowsALinkAndJudgesItsTarget) {
   write("secret");
   fs::create_symlink(path(), path("link"));
   EXPECT_EQ(to_text(read_key_file(memory, path("link"), true)), "secret");
   ASSERT_EQ(::chmod(path().c_str(), 0644), 0);
   EXPECT_EQ(read_failure(path("link")).status(), KEYSEAT_E_DENIED);
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
