// SPDX-License-Identifier: Apache-2.0
//
// The sources of secrets, as far as it is about modes, owners, FIFOs and systemd.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path_text.h"
#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

fs::path write_with_mode(const Folder &folder, std::string_view content, unsigned mode) {
   const fs::path path = folder.write("pin", content);
   fs::permissions(path, fs::perms(mode));
   return path;
}

TEST(SecretSourcePosix, IsRefusedWhenOthersMayReadIt) {
   Folder folder;
   for (const unsigned mode : {0644U, 0640U, 0622U}) {
      const Error error = refusal_of_source(path_text(write_with_mode(folder, "1234", mode)));
      EXPECT_EQ(error.code(), ErrorCode::auth_required);
      EXPECT_THAT(error.hint(), HasSubstr("chmod 600"));
      fs::remove(folder.path() / "pin");
   }
}

TEST(SecretSourcePosix, IsRefusedWhenItBelongsToAnotherUser) {
   if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
   Folder folder;
   const fs::path path = folder.write("pin", "1234");
   ASSERT_EQ(::chown(path.c_str(), 65534, 65534), 0);
   EXPECT_THAT(refusal_of_source(path_text(path)).message(), HasSubstr("belongs to another user"));
}

TEST(SecretSourcePosix, IsNotWaitedForWhenItIsAFifo) {
   Folder folder;
   const fs::path path = folder.path() / "pin";
   ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
   EXPECT_THAT(refusal_of_source(path_text(path)).message(), HasSubstr("no regular file"));
}

TEST(SecretSourcePosix, IsACredentialOfSystemdWhateverItsMode) {
   Folder folder;
   write_with_mode(folder, "1234\n", 0440);
   ASSERT_EQ(setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1), 0);
   EXPECT_EQ(secret_from("credential:pin"), "1234");
   EXPECT_EQ(refusal_of_source("credential:absent").code(), ErrorCode::auth_required);
   ASSERT_EQ(unsetenv("CREDENTIALS_DIRECTORY"), 0);
   EXPECT_THAT(refusal_of_source("credential:pin").hint(), HasSubstr("LoadCredential"));
}

} // namespace
} // namespace keyseat::test
