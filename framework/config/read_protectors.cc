// SPDX-License-Identifier: Apache-2.0
//
// "protectors": { NAME: {"plugin": ID, "config": {...}, "isolation": MODE} | {"public-key": PATH} }
// MODE: "process" | "none" | {"mode": ..., "read": [...], "write": [...], "environment": [...], "network": true}
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "config/file_content.h"
#include "config/names.h"

namespace keyseat {
namespace {

void read_option(ValueReader &reader, JsonValue value, ProtectorEntry &protector) {
   ConfiguredOption option{{}, reader.source().place(value)};
   switch (value.kind()) {
      case JsonKind::string: {
         std::string text = value.public_text();
         if (text.find('\0') != std::string::npos) { // it would cut a path short
            return reader.wrong(value, reader.describe(value) + " holds a NUL character");
         }
         option.value = std::move(text);
         break;
      }
      case JsonKind::boolean:
         option.value = value.boolean();
         break;
      case JsonKind::number: {
         const auto number = reader.integer(value);
         if (!number) return;
         option.value = *number;
         break;
      }
      case JsonKind::array: {
         std::vector<std::string> texts;
         for (TextAt &text : reader.texts(value))
            texts.push_back(std::move(text.text));
         option.value = std::move(texts);
         break;
      }
      case JsonKind::null:
      case JsonKind::object:
         return reader.wrong(value,
                             fmt::format("option {} should be a string, an integer, true, false "
                                         "or an array of strings",
                                         reader.describe(value)));
   }
   protector.options.emplace(value.name(), std::move(option));
}

void read_options(ValueReader &reader, JsonValue value, ProtectorEntry &protector) {
   if (!reader.is(value, JsonKind::object)) return;
   for (JsonValue option = value.first(); option.exists(); option = option.next()) {
      read_option(reader, option, protector);
   }
}

void read_plugin(ValueReader &reader, JsonValue value, ProtectorEntry &protector) {
   const auto id = reader.text(value);
   if (!id) return;
   if (!is_plugin_name(*id)) {
      return reader.wrong(value, fmt::format("'{}' is no plugin's id", printable(*id)),
                          "such as 'keyfile' or 'com.example.vault'; never a path");
   }
   protector.plugin = *id;
}

std::vector<std::filesystem::path> read_paths(ValueReader &reader, JsonValue value) {
   std::vector<std::filesystem::path> paths;
   for (const TextAt &text : reader.texts(value))
      paths.push_back(reader.path(text.text));
   return paths;
}

void read_isolation(ValueReader &reader, JsonValue value, ProtectorEntry &protector) {
   const std::vector<std::string> modes{"process", "none"};
   IsolationEntry isolation{"process", {}, {}, {}, false, reader.source().place(value)};
   const auto read_mode = [&](JsonValue v) {
      if (const auto mode = reader.one_of(v, modes)) isolation.mode = *mode;
   };
   if (value.is(JsonKind::object)) {
      reader.members(value,
                     {{"mode", read_mode},
                      {"read", [&](JsonValue v) { isolation.read = read_paths(reader, v); }},
                      {"write", [&](JsonValue v) { isolation.write = read_paths(reader, v); }},
                      {"environment",
                       [&](JsonValue v) {
                          for (TextAt &name : reader.texts(v))
                             isolation.environment.push_back(std::move(name.text));
                       }},
                      {"network", [&](JsonValue v) {
                          if (reader.is(v, JsonKind::boolean)) isolation.network = v.boolean();
                       }}});
   } else {
      read_mode(value);
   }
   protector.isolation = std::move(isolation);
}

// An entry is a plugin's instance or a public key, and no mixture.
void check_shape(ValueReader &reader, JsonValue value) {
   const bool is_plugin = value.find("plugin").exists();
   const JsonValue public_key = value.find("public-key");
   if (is_plugin && public_key.exists()) {
      return reader.wrong_name(public_key, "a protector has either 'plugin' or 'public-key'");
   }
   if (!is_plugin && !public_key.exists()) {
      return reader.wrong_name(value,
                               fmt::format("protector {} has neither 'plugin' nor 'public-key'",
                                           reader.describe(value)));
   }
   for (const char *name : {"config", "isolation"}) {
      const JsonValue member = value.find(name);
      if (public_key.exists() && member.exists()) {
         reader.wrong_name(member, fmt::format("a public key has no '{}'", name));
      }
   }
}

ProtectorEntry read_protector(ValueReader &reader, JsonValue value) {
   ProtectorEntry protector;
   protector.name = value.name();
   protector.folder = reader.folder();
   protector.place = reader.source().place_of_name(value);
   protector.layer = reader.layer();
   if (!is_protector_name(protector.name)) {
      reader.wrong_name(value,
                        fmt::format("'{}' is no name for a protector", printable(protector.name)),
                        "a lower-case letter, then letters, digits and hyphens, at most 64");
   }
   const bool is_object = reader.members(
         value, {{"plugin", [&](JsonValue v) { read_plugin(reader, v, protector); }},
                 {"config", [&](JsonValue v) { read_options(reader, v, protector); }},
                 {"isolation", [&](JsonValue v) { read_isolation(reader, v, protector); }},
                 {"public-key", [&](JsonValue v) {
                     if (const auto path = reader.text(v))
                        protector.public_key = reader.path(*path);
                  }}});
   if (is_object) check_shape(reader, value);
   return protector;
}

} // namespace

void read_protectors(ValueReader &reader, JsonValue value, FileContent &content) {
   if (!reader.is(value, JsonKind::object)) return;
   for (JsonValue entry = value.first(); entry.exists(); entry = entry.next()) {
      content.protectors.push_back(read_protector(reader, entry));
   }
}

} // namespace keyseat
