// SPDX-License-Identifier: Apache-2.0
//
// What the commands have to say, as values: the text for people and the JSON for tools are made from
// the same ones.

#ifndef KEYSEAT_CLI_REPORTS_H
#define KEYSEAT_CLI_REPORTS_H

#include <keyseat/config.h>
#include <keyseat/driver.h>
#include <keyseat/error.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/protector.h"

namespace keyseat::cli {

// What became of one file. Exactly one of `outcome` and `error` is there, none for a skipped file.
struct FileReport {
   std::string file;
   std::string status; // "encrypted", "decrypted", "planned", "imported", "verified", "unchanged",
                       // "no-credential", "skipped", "failed"
   std::optional<std::filesystem::path> output; // the file that was written
   const Outcome *outcome = nullptr;
   const Error *error = nullptr;
};

// What became of all of them.
struct Summary {
   std::string command;
   std::size_t files = 0; // looked at, skipped ones included
   std::size_t done = 0;
   std::size_t unchanged = 0;
   std::size_t skipped = 0;
   std::size_t failed = 0;
   std::size_t secrets = 0;
   std::size_t may_be_secret = 0; // remarks of that kind
   int exit = 0;
};

// A protector as `protector list` and `protector status` show it.
struct ProtectorReport {
   ProtectorEntry entry;
   std::optional<ProtectorStatus> status;
   std::optional<Error> error;
   bool isolated = false; // it is open, and its plugin runs in a worker process
};

// One row of a plugin's self-test.
struct SelfTestRow {
   std::string name;
   bool passed = false;
   std::string detail;
};

struct ProtectorTestReport {
   std::string protector;
   std::string alg;
   std::string kid;
   bool has_self_test = false;
   std::vector<SelfTestRow> self_test;
};

// An installed plugin and the protectors that use it.
struct InstalledPlugin {
   std::string id;
   std::filesystem::path path;
   std::vector<std::string> protectors;
   bool isolated = false; // without a word of the configuration
};

struct PluginOption {
   std::string name;
   std::string type; // "string", "integer", "boolean", "one-of", "list"
   bool required = false;
   std::optional<std::string> default_value;
   std::vector<std::string> choices;
   std::vector<std::string>
         marks; // "path-read", "path-write", "device", "address", "secret-source"
   std::string description;
};

// What a library says of itself.
struct PluginReport {
   std::string id;
   std::string name;
   std::string vendor;
   std::string version;
   std::string description;
   std::string license;
   std::string url;
   std::vector<std::string> capabilities;
   std::vector<PluginOption> options;
   std::string path;
   std::string sha256;
};

} // namespace keyseat::cli

#endif
