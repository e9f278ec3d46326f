// SPDX-License-Identifier: Apache-2.0
//
// Pin: the record that a user has trusted a configuration that was found.
//
//    USER_FOLDER/trusted/HASH.json       mode 0600; HASH: the first 32 hex digits of the SHA-256 of the
//                                        configuration's canonical path
//    {
//      "v": 1,
//      "file": "/home/ann/adf/keyseat.json",                  printable
//      "text": "{ \"protectors\": ...",                       of the configuration
//      "key-files": { "/home/ann/adf/dev.jwk": "sha256:0f..." }    states as in key_files.h
//    }

#ifndef KEYSEAT_CONFIG_PIN_H
#define KEYSEAT_CONFIG_PIN_H

#include <filesystem>
#include <optional>
#include <string>

#include "config/key_files.h"

namespace keyseat {

struct Pin {
   std::string text;
   KeyFileStates key_files;
};

// A pin, or why there is none: one clause.
struct PinReading {
   std::optional<Pin> pin;
   std::string why;
};

// Where the pin of a configuration stands. `file` is canonical.
std::filesystem::path pin_path(const std::filesystem::path &file,
                               const std::filesystem::path &user_folder);

// A pin that belongs to somebody else, that others can write, or that is not exactly of the form above
// is not believed. Throws Error(io).
PinReading read_pin(const std::filesystem::path &file, const std::filesystem::path &user_folder);

// Replaces the pin at once, or not at all. Folders that are missing are made, for this user only.
// Throws Error(io).
void write_pin(const std::filesystem::path &file, const std::filesystem::path &user_folder,
               const Pin &pin);

} // namespace keyseat

#endif
