// SPDX-License-Identifier: Apache-2.0
//
// The sources of secrets that options name.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/path_text.h"
#include "host/test_host.h"
#include "support/access.h"

namespace keyseat::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(SecretSource, IsAFileOfWhichOneFinalLineEndIsDropped) {
   Folder folder;
   EXPECT_EQ(secret_from(folder.write("a", "1234\n")), "1234");
   EXPECT_EQ(secret_from(folder.write("b", "1234\r\n")), "1234");
   EXPECT_EQ(secret_from(folder.write("c", "1234\n\n")), "1234\n");
   EXPECT_EQ(secret_from(folder.write("d", "")), "");
   EXPECT_EQ(secret_from(folder.write("e", "\n")), "");
}

TEST(SecretSource, LiesInSecretMemory) {
   Folder folder;
   EXPECT_TRUE(is_secret_memory(read_secret_source(path_text(folder.write("a", "1234"))).data()));
}

TEST(SecretSource, IsRefusedWhenOthersMayReadItAndTheHintSaysWhatToDo) {
   Folder folder;
   const fs::path path = folder.write("pin", "1234");
   let_others_read(path);
   const Error error = refusal_of_source(path_text(path));
   EXPECT_EQ(error.code(), ErrorCode::auth_required);
   EXPECT_THAT(error.hint(), HasSubstr(path_text(path)));
}

TEST(SecretSource, IsRefusedWhenItIsNotThereOrNoFileOrTooLong) {
   Folder folder;
   EXPECT_EQ(refusal_of_source(path_text(folder.path() / "absent")).code(),
             ErrorCode::auth_required);
   EXPECT_EQ(refusal_of_source(path_text(folder.path())).code(), ErrorCode::auth_required);
   EXPECT_EQ(refusal_of_source(path_text(folder.write("long", std::string(5000, 'x')))).code(),
             ErrorCode::auth_required);
}

TEST(SecretSource, IsRefusedWhereTheDescriptorIsNotOpen) {
   EXPECT_EQ(refusal_of_source("fd:987").code(), ErrorCode::auth_required);
}

TEST(SecretSource, OfAnUnknownFormIsAMistakeInTheConfiguration) {
   for (const char *source : {"", "fd:", "fd:-1", "fd:2", "fd:3x", "credential:", "credential:..",
                              "credential:a/b", "|pinentry"}) {
      EXPECT_EQ(refusal_of_source(source).code(), ErrorCode::config_invalid) << source;
   }
}

} // namespace
} // namespace keyseat::test
