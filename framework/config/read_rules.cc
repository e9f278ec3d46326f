// SPDX-License-Identifier: Apache-2.0
//
// "rules": [ {"when": {"integrationRuntime", "type", "name", "path": GLOBS}, "protect": [NAMES],
//             "binding": ...} ]
#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "config/file_content.h"
#include "config/names.h"

namespace keyseat {
namespace {

void read_patterns(ValueReader &reader, JsonValue value, std::vector<std::string> &patterns) {
   for (TextAt &pattern : reader.text_or_texts(value))
      patterns.push_back(std::move(pattern.text));
}

void read_conditions(ValueReader &reader, JsonValue value, Rule &rule) {
   reader.members(value,
                  {{"integrationRuntime",
                    [&](JsonValue v) { read_patterns(reader, v, rule.integration_runtime); }},
                   {"type", [&](JsonValue v) { read_patterns(reader, v, rule.type); }},
                   {"name", [&](JsonValue v) { read_patterns(reader, v, rule.name); }},
                   {"path", [&](JsonValue v) { read_patterns(reader, v, rule.path); }}});
}

void read_protect(ValueReader &reader, JsonValue value, Rule &rule, FileContent &content) {
   for (TextAt &name : reader.texts(value)) {
      rule.protect.push_back(name.text);
      content.protectors_used.push_back(std::move(name));
   }
   if (!value.is(JsonKind::array)) return;
   if (value.size() == 0) {
      reader.wrong(value, "'protect' is empty", "name at least one protector");
   } else if (value.size() > kMaxRecipients) {
      reader.wrong(value, fmt::format("a credential has at most {} recipients", kMaxRecipients));
   }
}

Rule read_rule(ValueReader &reader, JsonValue value, FileContent &content) {
   Rule rule;
   rule.place = reader.source().place(value);
   rule.layer = reader.layer();
   const bool is_object = reader.members(
         value,
         {{"when", [&](JsonValue v) { read_conditions(reader, v, rule); }},
          {"protect", [&](JsonValue v) { read_protect(reader, v, rule, content); }},
          {"binding", [&](JsonValue v) { rule.binding = reader.one_of(v, binding_words()); }}});
   if (is_object && !value.find("protect").exists()) {
      reader.wrong(value, "a rule has no 'protect'", "name the protectors that it selects");
   }
   return rule;
}

} // namespace

void read_rules(ValueReader &reader, JsonValue value, FileContent &content) {
   if (!reader.is(value, JsonKind::array)) return;
   for (JsonValue rule = value.first(); rule.exists(); rule = rule.next()) {
      content.rules.push_back(read_rule(reader, rule, content));
   }
}

} // namespace keyseat
