// SPDX-License-Identifier: Apache-2.0
//
// What the tests of files share: a folder for each, and ways to look at what is in it.

#ifndef KEYSEAT_TESTS_BASE_FILES_FIXTURE_H
#define KEYSEAT_TESTS_BASE_FILES_FIXTURE_H

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/files.h"
#include "support/scratch_folder.h"

namespace keyseat {

inline constexpr WriteOptions kPublic{};
inline constexpr WriteOptions kSecret{true, true};

inline std::string read(const std::filesystem::path &path, std::size_t limit = 1 << 20) {
   return std::string(read_file(document_memory(), path, limit).reveal_text());
}

template <class Body>
Error error_of(Body body) {
   try {
      body();
   } catch (const Error &error) {
      return error;
   }
   ADD_FAILURE() << "no error";
   return {ErrorCode::internal, "none"};
}

class Files : public testing::Test {
 protected:
   ScratchFolder folder_;
};

} // namespace keyseat

#endif
