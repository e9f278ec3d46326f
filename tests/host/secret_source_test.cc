// SPDX-License-Identifier: Apache-2.0
//
// The sources of secrets that options name.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

std::string secret(const fs::path &path) {
   return std::string(read_secret_source(path.string()).reveal_text());
}

Error refusal(const std::string &source) {
   return error_of([&] { read_secret_source(source); });
}

TEST(SecretSource, IsAFileOfWhichOneFinalLineEndIsDropped) {
   Folder folder;
   EXPECT_EQ(secret(folder.write("a", "1234\n")), "1234");
   EXPECT_EQ(secret(folder.write("b", "1234\r\n")), "1234");
   EXPECT_EQ(secret(folder.write("c", "1234\n\n")), "1234\n");
   EXPECT_EQ(secret(folder.write("d", "")), "");
   EXPECT_EQ(secret(folder.write("e", "\n")), "");
}

TEST(SecretSource, LiesInSecretMemory) {
   Folder folder;
   EXPECT_TRUE(is_secret_memory(read_secret_source(folder.write("a", "1234").string()).data()));
}

TEST(SecretSource, IsRefusedWhenOthersMayReadIt) {
   Folder folder;
   for (const unsigned mode : {0644U, 0640U, 0622U}) {
      const Error error = refusal(folder.write("pin", "1234", fs::perms(mode)).string());
      EXPECT_EQ(error.code(), ErrorCode::auth_required);
      EXPECT_THAT(error.hint(), HasSubstr("chmod 600"));
      fs::remove(folder.path() / "pin");
   }
}

TEST(SecretSource, IsRefusedWhenItBelongsToAnotherUser) {
   if (!is_root()) GTEST_SKIP() << "only root can give a file away";
   Folder folder;
   const fs::path path = folder.write("pin", "1234");
   ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
   EXPECT_THAT(refusal(path.string()).message(), HasSubstr("belongs to another user"));
}

TEST(SecretSource, IsNotWaitedForWhenItIsAFifo) {
   Folder folder;
   const fs::path path = folder.path() / "pin";
   ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
   EXPECT_THAT(refusal(path.string()).message(), HasSubstr("no regular file"));
}

TEST(SecretSource, IsRefusedWhenItIsNotThereOrNoFileOrTooLong) {
   Folder folder;
   EXPECT_EQ(refusal((folder.path() / "absent").string()).code(), ErrorCode::auth_required);
   EXPECT_EQ(refusal(folder.path().string()).code(), ErrorCode::auth_required);
   EXPECT_EQ(refusal(folder.write("long", std::string(5000, 'x')).string()).code(),
             ErrorCode::auth_required);
}

TEST(SecretSource, IsRefusedWhereTheDescriptorIsNotOpen) {
   EXPECT_EQ(refusal("fd:987").code(), ErrorCode::auth_required);
}

TEST(SecretSource, OfAnUnknownFormIsAMistakeInTheConfiguration) {
   for (const char *source : {"", "fd:", "fd:-1", "fd:2", "fd:3x", "credential:", "credential:..",
                              "credential:a/b", "|pinentry"}) {
      EXPECT_EQ(refusal(source).code(), ErrorCode::config_invalid) << source;
   }
}

TEST(SecretSource, IsACredentialOfSystemdWhateverItsMode) {
   Folder folder;
   folder.write("pin", "1234\n", fs::perms(0440));
   ASSERT_EQ(setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1), 0);
   EXPECT_EQ(secret("credential:pin"), "1234");
   EXPECT_EQ(refusal("credential:absent").code(), ErrorCode::auth_required);
   ASSERT_EQ(unsetenv("CREDENTIALS_DIRECTORY"), 0);
   EXPECT_THAT(refusal("credential:pin").hint(), HasSubstr("LoadCredential"));
}

} // namespace
} // namespace keyseat::test
