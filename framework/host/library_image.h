// SPDX-License-Identifier: Apache-2.0
//
// Whether the bytes of a file are a whole library. A loader maps what the headers promise without a
// look at the file's size: a truncated library would end the process by SIGBUS.

#ifndef KEYSEAT_HOST_LIBRARY_IMAGE_H
#define KEYSEAT_HOST_LIBRARY_IMAGE_H

#include <keyseat/secret.h>

#include <string>

namespace keyseat {

// What is wrong with the image, as the end of a sentence; empty for a whole ELF library of 64 bits
// (System V gABI, chapters 4 and 5), and for a PE image, which its loader checks.
std::string image_flaw(BytesView image);

} // namespace keyseat

#endif
