// SPDX-License-Identifier: Apache-2.0
//
// Trust in found configurations: pins in the user's configuration folder, trusted/NAME.json, one for
// each file, with the file's text (so that a change can be shown) and the digests of the key files
// that it names.

#ifndef KEYSEAT_CONFIG_TRUST_H
#define KEYSEAT_CONFIG_TRUST_H

#include <keyseat/config.h>

#include <filesystem>
#include <string>
#include <vector>

namespace keyseat {

// How a found file stands to its pin.
struct TrustState {
   bool trusted = false;
   std::string why;                      // why not: one clause
   std::vector<std::string> differences; // "- old line", "+ new line", changed key files; printable
};

// Key files are: every `public-key`, and every file that a string option of a protector names, with
// its `.pub`; options named `*-source` are left out, since a digest of a passphrase file would be a
// way to guess it.
TrustState check_trust(const std::filesystem::path &file, const std::filesystem::path &user_folder);

// Pins the file as it is. Throws Error(io), Error(config_invalid) when it has mistakes, or when owner or
// mode let others change it.
void trust(const std::filesystem::path &file, const std::filesystem::path &user_folder);

} // namespace keyseat

#endif
