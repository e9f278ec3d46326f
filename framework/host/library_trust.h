// SPDX-License-Identifier: Apache-2.0
//
// Whether a library file may be loaded at all: who could have put it there.

#ifndef KEYSEAT_HOST_LIBRARY_TRUST_H
#define KEYSEAT_HOST_LIBRARY_TRUST_H

#include <filesystem>
#include <string>

#include "base/files.h"

namespace keyseat {

// Why the file may not be loaded, as the end of a sentence; empty when it may. Trusted are root, the
// effective user, and the owner of this executable. The file and every folder above it belong to one
// of them, and nobody else may write to them; a folder with the sticky bit (/tmp) may lie on the way,
// but not hold the file itself.
//
// `path` is canonical: absolute, without links. `file` are the facts of the opened file. Since only
// the trusted can rename anything on that path, what was opened is what the path means.
std::string distrust(const std::filesystem::path &path, const FileFacts &file);

} // namespace keyseat

#endif
