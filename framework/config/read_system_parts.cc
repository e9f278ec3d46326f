// SPDX-License-Identifier: Apache-2.0
//
// What only the system's file may hold:
//
// "policy":  { "require": [NAMES], "allow-kids": [KIDS], "least-binding": ... }
// "plugins": { "folders": [PATHS], "pins": {ID: SHA-256} }
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/path_text.h"
#include "base/text.h"
#include "config/file_content.h"
#include "config/names.h"

namespace keyseat {
namespace {

bool is_sha256(std::string_view text) {
   return text.size() == 64 &&
          text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

void read_folders(ValueReader &reader, JsonValue value, FileContent &content) {
   for (const TextAt &folder : reader.texts(value)) {
      content.plugin_folders.push_back(reader.path(folder.text));
   }
   if (!value.is(JsonKind::array)) return;
   for (JsonValue element = value.first(); element.exists(); element = element.next()) {
      if (!element.is(JsonKind::string)) continue; // texts() says so
      if (!path_of_text(element.public_text()).is_absolute()) {
         reader.wrong(element, "a folder of plugins is an absolute path");
      }
   }
}

void read_pins(ValueReader &reader, JsonValue value, FileContent &content) {
   if (!reader.is(value, JsonKind::object)) return;
   for (JsonValue pin = value.first(); pin.exists(); pin = pin.next()) {
      const std::string id = pin.name();
      if (!is_plugin_name(id)) {
         reader.wrong_name(pin, fmt::format("'{}' is no plugin's id", printable(id)));
      }
      const auto digest = reader.text(pin);
      if (!digest) continue;
      if (!is_sha256(*digest)) {
         reader.wrong(pin, fmt::format("the pin of {} should be 64 hexadecimal digits, a SHA-256",
                                       reader.describe(pin)));
      }
      content.plugin_pins.emplace(id, ascii_lower(*digest));
   }
}

} // namespace

void read_policy(ValueReader &reader, JsonValue value, FileContent &content) {
   Policy &policy = content.policy;
   reader.members(value, {{"require",
                           [&](JsonValue v) {
                              for (TextAt &name : reader.texts(v)) {
                                 policy.require.push_back(name.text);
                                 content.protectors_used.push_back(std::move(name));
                              }
                           }},
                          {"allow-kids",
                           [&](JsonValue v) {
                              for (TextAt &kid : reader.texts(v))
                                 policy.allow_kids.push_back(std::move(kid.text));
                              // An empty list would read as "none", and count as "any".
                              if (v.is(JsonKind::array) && v.size() == 0)
                                 reader.wrong(v, "'allow-kids' is empty");
                           }},
                          {"least-binding", [&](JsonValue v) {
                              policy.least_binding = reader.one_of(v, binding_words());
                           }}});
}

void read_plugins(ValueReader &reader, JsonValue value, FileContent &content) {
   reader.members(value, {{"folders", [&](JsonValue v) { read_folders(reader, v, content); }},
                          {"pins", [&](JsonValue v) { read_pins(reader, v, content); }}});
}

} // namespace keyseat
