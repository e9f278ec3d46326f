// SPDX-License-Identifier: Apache-2.0
#include "config/file_content.h"

#include <fmt/format.h>

namespace keyseat {
namespace {

using ReadPart = void (*)(ValueReader &, JsonValue, FileContent &);

// A part that would let whoever writes it decide for the whole machine.
void read_system_part(ReadPart part, ValueReader &reader, JsonValue value, FileContent &content) {
   if (content.layer == ConfigLayer::system) return part(reader, value, content);
   reader.wrong_name(
         value, fmt::format("only the system's configuration may have {}", reader.describe(value)),
         "move it to keyseat.json in the system's configuration folder, or remove it");
}

} // namespace

FileContent read_file_content(const SourceText &source, ConfigLayer layer, Mistakes &mistakes) {
   FileContent content;
   content.file = source.file();
   content.layer = layer;
   ValueReader reader(source, layer, mistakes);
   reader.members(
         source.root(),
         {{"$schema", [&](JsonValue v) { reader.text(v); }},
          {"protectors", [&](JsonValue v) { read_protectors(reader, v, content); }},
          {"rules", [&](JsonValue v) { read_rules(reader, v, content); }},
          {"policy", [&](JsonValue v) { read_system_part(read_policy, reader, v, content); }},
          {"plugins", [&](JsonValue v) { read_system_part(read_plugins, reader, v, content); }}});
   return content;
}

} // namespace keyseat
