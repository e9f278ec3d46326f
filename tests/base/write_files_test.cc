// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "base/files_fixture.h"
#include "support/access.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

constexpr WriteOptions kOnlyNew{false, false};

TEST_F(Files, ThatExistAreNotReplacedUnlessAsked) {
   const fs::path path = folder_.put("a", "old");
   const Error error = error_of([&] { write_file(path, as_bytes("new"), kOnlyNew); });
   EXPECT_EQ(error.code(), ErrorCode::output_exists);
   EXPECT_EQ(content_of(path), "old");
   write_file(folder_ / "b", as_bytes("new"), kOnlyNew);
   EXPECT_EQ(content_of(folder_ / "b"), "new");
   EXPECT_EQ(folder_.entries(), 2u);
}

TEST_F(Files, ThatAppearLateAreNotReplacedEither) {
   // Two threads make the same file; exactly one of them may have made it.
   for (int round = 0; round < 100; ++round) {
      const fs::path path = folder_ / ("race" + std::to_string(round)).c_str();
      std::atomic<int> made{0};
      const auto make = [&](std::string_view text) {
         try {
            write_file(path, as_bytes(text), kOnlyNew);
            ++made;
         } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::output_exists);
         }
      };
      std::thread other([&] { make("b"); });
      make("a");
      other.join();
      EXPECT_EQ(made, 1);
   }
   EXPECT_EQ(folder_.entries(), 100u);
}

TEST_F(Files, WithTheLongestNameCanBeWritten) {
   const std::string name(255, 'n');
   write_file(folder_ / name.c_str(), as_bytes("x"), kPublic);
   EXPECT_EQ(content_of(folder_ / name.c_str()), "x");
}

TEST_F(Files, WithSecretsAreForTheirOwnerOnlyWhateverStoodThere) {
   const fs::path path = folder_.put("a", "old");
   test::let_others_write(path);
   write_file(path, as_bytes("secret"), kSecret);
   EXPECT_TRUE(test::is_for_owner_only(path));
   write_file(folder_ / "fresh", as_bytes("secret"), kSecret);
   EXPECT_TRUE(test::is_for_owner_only(folder_ / "fresh"));
   EXPECT_EQ(content_of(path), "secret");
}

TEST_F(Files, ThatAreReplacedKeepWhoMayUseThem) {
   const fs::path path = folder_.put("a", "old");
   test::keep_to_owner(path);
   write_file(path, as_bytes("new"), kPublic);
   EXPECT_TRUE(test::is_for_owner_only(path));
   test::let_others_read(path);
   write_file(path, as_bytes("newer"), kPublic);
   EXPECT_FALSE(test::is_for_owner_only(path));
   EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(Files, ThatAreFoldersOrInNoneAreNotWritten) {
   for (const fs::path &path : {folder_.path(), folder_.path() / "", folder_ / "no/file"}) {
      EXPECT_EQ(error_of([&] { write_file(path, as_bytes("x"), kPublic); }).code(), ErrorCode::io);
   }
   EXPECT_EQ(folder_.entries(), 0u);
}

TEST_F(Files, KeepTheirLineEnds) {
   write_file(folder_ / "a", as_bytes("one\ntwo\r\n\x1a"), kPublic);
   EXPECT_EQ(content_of(folder_ / "a"), "one\ntwo\r\n\x1a");
   EXPECT_EQ(read(folder_ / "a"), "one\ntwo\r\n\x1a");
}

} // namespace
} // namespace keyseat
