// SPDX-License-Identifier: Apache-2.0
//
// What the tests of files share where there are modes.

#ifndef KEYSEAT_TESTS_BASE_POSIX_FIXTURE_H
#define KEYSEAT_TESTS_BASE_POSIX_FIXTURE_H

#include <sys/stat.h>

#include "base/child_posix.h"
#include "base/files_fixture.h"

namespace keyseat {

class FilesPosix : public Files {
 protected:
   FilesPosix() { ::umask(022); }
   ~FilesPosix() override { ::umask(022); }
};

} // namespace keyseat

#endif
