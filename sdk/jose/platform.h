// SPDX-License-Identifier: Apache-2.0
//
// What this library needs of the operating system: files. Paths are UTF-8. One source for each kind
// of system implements it; nothing else of this library speaks to the system.
//
// All functions throw Failure as key_file.h says; messages name the path.

#ifndef KEYSEAT_SDK_JOSE_PLATFORM_H
#define KEYSEAT_SDK_JOSE_PLATFORM_H

#include <keyseat/sdk/secret.h>

#include <cstdint>
#include <string>

namespace keyseat::sdk::jose::platform {

// The content of a regular file of at most `limit` bytes. Does not block on anything else.
// `is_private`: the file shall belong to this user or to the administrator, and nobody else may
// have access.
SecretBytes read_file(SecretMemory memory, const std::string &path, bool is_private,
                      std::size_t limit);

// Writes a file as a whole or not at all, durably, for its owner alone or readable by everybody.
void write_file(const std::string &path, BytesView content, bool is_private, bool replace);

bool file_exists(const std::string &path);
void remove_file(const std::string &path);

// Of the last change, in seconds since 1970-01-01 UTC; 0: unknown.
std::int64_t file_time(const std::string &path);

} // namespace keyseat::sdk::jose::platform

#endif
