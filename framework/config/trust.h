// SPDX-License-Identifier: Apache-2.0
//
// Trust in found configurations: pins in the user's configuration folder, trusted/NAME.json, one for
// each file, with the file's text (so that a change can be shown) and the digests of the key files
// that it names.

#ifndef KEYSEAT_CONFIG_TRUST_H
#define KEYSEAT_CONFIG_TRUST_H

#include <keyseat/config.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// How a found file stands to its pin.
struct TrustState {
   bool trusted = false;
   std::string why; // why not: one clause
   // "- old line", "+ new line", changed key files; printable. All lines of a file without pin.
   std::vector<std::string> differences;
   std::string fingerprint; // of the file and its key files as they were looked at
   std::map<std::string, std::string> key_files; // that were trusted (key_files.h), if `trusted`
};

// Key files are: every `public-key`, and every file that a string option of a protector names, with
// its `.pub`; options named `*-source` are left out, since a digest of a passphrase file would be a
// way to guess it. Throws Error(io), Error(config_invalid) when the file has mistakes, or when owner or
// mode let others change it.
TrustState check_trust(const std::filesystem::path &file, const std::filesystem::path &user_folder);

// Pins the file as it is. With the fingerprint of what a person has looked at: only when it is still
// that, else Error(config_untrusted). Throws Error(io), Error(config_invalid) as above.
void trust(const std::filesystem::path &file, const std::filesystem::path &user_folder,
           std::string_view fingerprint = {});

// Pins the file again after an act of this program changed the key files of `protector`, such as
// creating its key. Only these may have changed since the file was trusted; false, and the pin is as it
// was, when anything else has, or when the file was not trusted. Throws as above.
bool trust_again(const std::filesystem::path &file, const std::filesystem::path &user_folder,
                 std::string_view protector);

} // namespace keyseat

#endif
