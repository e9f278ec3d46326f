// SPDX-License-Identifier: Apache-2.0
//
// Whether a file is a whole library. A loader maps what the headers promise without a
// look at the file's size: a truncated library would end the process by SIGBUS.

#ifndef KEYSEAT_HOST_LIBRARY_IMAGE_H
#define KEYSEAT_HOST_LIBRARY_IMAGE_H

#include <string>

#include "base/platform.h"

namespace keyseat {

// What is wrong with the file, as the end of a sentence; empty for a whole ELF library of 64 bits
// (System V gABI, chapters 4 and 5), and for a PE image, which its loader checks. Reads its headers only.
std::string image_flaw(const platform::PinnedFile &file);

} // namespace keyseat

#endif
