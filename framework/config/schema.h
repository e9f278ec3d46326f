// SPDX-License-Identifier: Apache-2.0
//
// The JSON Schema of keyseat.json, for editors.

#ifndef KEYSEAT_CONFIG_SCHEMA_H
#define KEYSEAT_CONFIG_SCHEMA_H

#include <map>
#include <string>

namespace keyseat {

// Draft 2020-12. `option_schemas`: plugin id -> JSON Schema of its `config` object; a protector of a
// plugin that is not among them may have any options.
std::string config_schema(const std::map<std::string, std::string> &option_schemas);

} // namespace keyseat

#endif
