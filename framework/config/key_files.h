// SPDX-License-Identifier: Apache-2.0
//
// The key files that a configuration names: whoever exchanges one decides who reads the credentials,
// just as whoever edits the configuration does.

#ifndef KEYSEAT_CONFIG_KEY_FILES_H
#define KEYSEAT_CONFIG_KEY_FILES_H

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <keyseat/secret.h>

#include "config/file_content.h"

namespace keyseat {

// Absolute paths of the files that a protector names: its `public-key`, or every string option as a
// path, with its `.pub`. Which options are paths only the plugin knows; text that is none names a
// file that is absent. Options named *-source are left out: the digest of a passphrase file would be
// a way to guess it.
std::set<std::filesystem::path> key_files_of(const ProtectorEntry &protector);

// What stands at each path, by its printable form: "sha256:" and hex digits, "absent", "special" (a
// folder, a device), "unreadable".
using KeyFileStates = std::map<std::string, std::string>;
std::string key_file_name(const std::filesystem::path &path); // as it stands in there
std::string key_file_state(const std::filesystem::path &path);
std::string key_file_state(BytesView content); // of a file that has been read

KeyFileStates key_file_states(const FileContent &content);

} // namespace keyseat

#endif
