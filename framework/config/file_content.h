// SPDX-License-Identifier: Apache-2.0
//
// FileContent: what one configuration file says, before it meets the other layers.

#ifndef KEYSEAT_CONFIG_FILE_CONTENT_H
#define KEYSEAT_CONFIG_FILE_CONTENT_H

#include <keyseat/config.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/mistakes.h"
#include "config/source_text.h"
#include "config/value_reader.h"

namespace keyseat {

struct FileContent {
   std::filesystem::path file;
   ConfigLayer layer = ConfigLayer::user;
   std::vector<ProtectorEntry> protectors;
   std::vector<Rule> rules;
   Policy policy;
   std::vector<std::filesystem::path> plugin_folders;
   std::map<std::string, std::string, std::less<>> plugin_pins; // id -> SHA-256, lower-case hex
   std::vector<TextAt>
         protectors_used; // names in rules and policy; a more trusted file may hold them
};

// Reads a whole file. What can be said of it without the other layers' files is checked; a protector
// with mistakes is there by its name, so that rules that name it are no further mistakes.
FileContent read_file_content(const SourceText &source, ConfigLayer layer, Mistakes &mistakes);

// The parts of it, each in a source of its own.
void read_protectors(ValueReader &reader, JsonValue value, FileContent &content);
void read_rules(ValueReader &reader, JsonValue value, FileContent &content);
void read_policy(ValueReader &reader, JsonValue value, FileContent &content);
void read_plugins(ValueReader &reader, JsonValue value, FileContent &content);

} // namespace keyseat

#endif
