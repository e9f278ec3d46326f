// SPDX-License-Identifier: Apache-2.0
#include "key_file_fixture.h"

#include <sys/stat.h>

namespace keyseat::test {
namespace {

using namespace sdk::jose;
namespace fs = std::filesystem;

using KeyFilePosix = KeyFileTest;

TEST_F(KeyFilePosix, IsWrittenForItsOwnerAlone) {
   write("secret");
   struct ::stat status {};
   ASSERT_EQ(::stat(path().c_str(), &status), 0);
   EXPECT_EQ(status.st_mode & 07777, 0600u);
}

TEST_F(KeyFilePosix, IsRefusedWhenOthersMayReadOrWriteIt) {
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

TEST_F(KeyFilePosix, IsRefusedWhenItIsNoRegularFile) {
   ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
   EXPECT_EQ(read_failure(path("fifo")).status(), KEYSEAT_E_DENIED);
   EXPECT_EQ(read_failure(folder_.path().string()).status(), KEYSEAT_E_DENIED);
   EXPECT_EQ(read_failure("/dev/zero").status(), KEYSEAT_E_DENIED);
}

TEST_F(KeyFilePosix, FollowsALinkAndJudgesItsTarget) {
   write("secret");
   fs::create_symlink(path(), path("link"));
   EXPECT_EQ(to_text(read_key_file(memory, path("link"), true)), "secret");
   ASSERT_EQ(::chmod(path().c_str(), 0644), 0);
   EXPECT_EQ(read_failure(path("link")).status(), KEYSEAT_E_DENIED);
}

} // namespace
} // namespace keyseat::test
