// SPDX-License-Identifier: Apache-2.0
//
// Where configuration files are, and whether they may be believed at all.

#ifndef KEYSEAT_CONFIG_SEARCH_H
#define KEYSEAT_CONFIG_SEARCH_H

#include <keyseat/config.h>

#include <filesystem>
#include <optional>
#include <vector>

#include "base/files.h"

namespace keyseat {

// The name of every configuration file.
inline constexpr const char *kConfigFileName = "keyseat.json";

// The nearest keyseat.json in `start` or above it. The search ends with the repository's root (the
// folder that holds .git), with `home`, or at the root of the file system.
std::optional<std::filesystem::path> find_upwards(const std::filesystem::path &start,
                                                  const std::filesystem::path &home);

// The files to read, nearest first: named or found, user's, system's, those that are there; each file
// once, in its most trusted layer. Empty paths of `search` are filled in. Throws Error(config_invalid)
// when the named one is not there.
std::vector<ConfigFile> find_config_files(ConfigSearch &search);

// For reading `file`: throws Error(config_invalid) when it belongs to somebody other than this user and
// root, or can be written by others.
FileCheck owner_and_mode_check(const std::filesystem::path &file);

} // namespace keyseat

#endif
