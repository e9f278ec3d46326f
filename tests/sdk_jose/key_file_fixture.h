// SPDX-License-Identifier: Apache-2.0
//
// What the tests of key files share: a folder for each, and ways to fail.

#ifndef KEYSEAT_TESTS_SDK_JOSE_KEY_FILE_FIXTURE_H
#define KEYSEAT_TESTS_SDK_JOSE_KEY_FILE_FIXTURE_H

#include "fixture.h"
#include "support/scratch_folder.h"

#include <keyseat/sdk/jose/key_file.h>

#include <filesystem>

namespace keyseat::test {

class KeyFileTest : public JoseTest {
 protected:
   std::string path(const std::string &name = "dev.jwk") const {
      return (folder_.path() / name).string();
   }
   void write(std::string_view text, bool replace = false) const {
      sdk::jose::write_key_file(path(), sdk::as_bytes(text), true, replace);
   }
   Failure read_failure(const std::string &file, bool is_private = true) {
      return failure_of([&] { sdk::jose::read_key_file(memory, file, is_private); });
   }

   ScratchFolder folder_;
};

} // namespace keyseat::test

#endif
