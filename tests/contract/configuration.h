// SPDX-License-Identifier: Apache-2.0
//
// One configuration of a plugin under test, read from a JSON file. Members and settings that nobody knows
// are refused, and so are settings that the plugin requires and that are not there:
//
//    { "extensions": ["keyseat.keys/1", ...],            every extension that the plugin offers
//      "configurations": [
//        { "name": "P-256",
//          "settings": {"key": "@DIR@/key.jwk"},         @DIR@: a fresh folder for each test;
//                                                        @KEY@: a name for a key; @TOKEN@: --token
//          "create": {"key-type": "P-256", "encrypted": false},     by keyseat.keys/1, or
//          "random-files": {"@DIR@/raw.key": 32},        made beforehand, mode 0600
//          "needs-key": false,                           it works without anything made beforehand
//          "key-in-device": true,                        does not come along when the folder is copied
//          "slow": true,                                 a device takes its time for each call: fewer of them
//          "login-shows": true,                          what keys there are shows only after a login
//          "deterministic": true,                        two wraps of one CEK are the same (R-WRAP-1)
//          "asks-each-time": true,                       the device wants its PIN for each use (R-PRM-4)
//          "secret-file": "@DIR@/key.jwk",               holds key material, which must not leak
//          "kept": [{"files": {"@DIR@/raw.key": "AA"},   what released versions have wrapped (R-FMT-1), and
//                    "header": {}, "encrypted-key": "",  the files of the key; all values are base64url
//                    "cek": ""}],
//          "answer": "correct horse battery" } ] }       to each prompt; absent: no prompt is expected

#ifndef KEYSEAT_TESTS_CONTRACT_CONFIGURATION_H
#define KEYSEAT_TESTS_CONTRACT_CONFIGURATION_H

#include <keyseat/plugin/descriptor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace contract {

struct Kept {
   std::map<std::string, std::vector<std::uint8_t>> files; // path, content
   std::string header;
   std::vector<std::uint8_t> encrypted_key, cek;
};

struct Configuration {
   std::string name;
   std::vector<std::string> extensions;
   std::map<std::string, std::string> settings;
   bool has_create = false;
   bool needs_key = true;
   std::optional<std::string> key_type;
   bool encrypted = false;
   bool key_in_device = false;
   bool is_slow = false;
   bool login_shows = false;
   bool deterministic = false;
   bool asks_each_time = false;
   std::map<std::string, std::size_t> random_files; // path, size
   std::string secret_file;                         // may be empty
   std::vector<Kept> kept;
   std::optional<std::string> answer;

   bool offers(const std::string &extension) const;
};

// Throws std::runtime_error when the file cannot be read, has no such configuration, or holds what is not
// described above.
Configuration read_configuration(const std::string &file, const std::string &name);

// Throws std::runtime_error when the settings do not agree with the plugin's option table (R-HST-2).
void check_settings(const Configuration &configuration, const keyseat_descriptor &descriptor);

// `text` with each `mark` replaced by `value`; with @DIR@ replaced by `directory`.
std::string replaced(std::string text, const std::string &mark, const std::string &value);
std::string in_directory(std::string text, const std::string &directory);

std::string read_file(const std::string &path); // whole; throws std::runtime_error

} // namespace contract

#endif
