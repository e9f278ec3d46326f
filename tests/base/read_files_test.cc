// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/files_fixture.h"
#include "base/path_text.h"
#include "base/text.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST_F(Files, AreReadWhole) {
   EXPECT_EQ(read(folder_.put("a", "hello")), "hello");
   EXPECT_EQ(read(folder_.put("empty", "")), "");
   const std::string large(700000, 'x');
   EXPECT_EQ(read(folder_.put("large", large)), large);
}

TEST_F(Files, AreReadUpToTheLimit) {
   const fs::path path = folder_.put("a", "12345");
   EXPECT_EQ(read(path, 5), "12345");
   const Error error = error_of([&] { read(path, 4); });
   EXPECT_EQ(error.code(), ErrorCode::io);
   EXPECT_THAT(error.message(), HasSubstr("longer than 4 bytes"));
}

TEST_F(Files, ThatAreMissingAreNamed) {
   const Error missing = error_of([&] { read(folder_ / "none"); });
   EXPECT_EQ(missing.code(), ErrorCode::io);
   EXPECT_EQ(missing.place().file, path_text(folder_ / "none"));
   EXPECT_THAT(missing.message(), HasSubstr(printable(path_text(folder_ / "none"))));
   EXPECT_EQ(error_of([&] { read(folder_.path()); }).code(), ErrorCode::io);
}

} // namespace
} // namespace keyseat
