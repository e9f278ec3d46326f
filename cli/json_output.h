// SPDX-License-Identifier: Apache-2.0
//
// The JSON of --json, as docs/json-output.schema.json describes it. Every function returns one
// document on one line, ended by a line feed. Text that is not UTF-8 has its bytes replaced.

#ifndef KEYSEAT_CLI_JSON_OUTPUT_H
#define KEYSEAT_CLI_JSON_OUTPUT_H

#include <string>
#include <string_view>
#include <vector>

#include "cli/reports.h"
#include "config/trust.h"

namespace keyseat::cli {

// Lines of encrypt, decrypt, plan, verify and import.
std::string to_json(const FileReport &report);
std::string to_json(const Summary &summary);

// {"error":{...}}: what ends a command.
std::string to_json(const Error &error);

std::string to_json(const std::string &file, const Inspection &inspection);

// `with_status`: health and key of each, too.
std::string to_json(const std::vector<ProtectorReport> &protectors, bool with_status);
std::string to_json(const ProtectorTestReport &report);
// `report` is the JSON object that the plugin made.
std::string approved_state_json(const std::string &protector, const std::string &report);
std::string created_key_json(const std::string &protector, const std::string &kid);
std::string keys_json(const std::string &protector, const std::vector<KeyInfo> &keys);
std::string destroyed_key_json(const std::string &protector, const std::string &kid);
// `jwk` is a JSON object; `output` is empty when it was not written to a file.
std::string exported_key_json(const std::string &protector, const std::string &jwk,
                              const std::filesystem::path &output);

std::string to_json(const std::vector<InstalledPlugin> &plugins);
std::string to_json(const PluginReport &report);

std::string to_json(const Config &config);
std::string checked_config_json(const Config &config, const std::vector<Error> &mistakes);
std::string trusted_config_json(const std::filesystem::path &file, bool changed,
                                const TrustState &before);
std::string initialised_json(const std::filesystem::path &config, const std::filesystem::path &key,
                             const std::string &protector, const std::string &kid);

// The reverse, for what a child process has written: its report, or its Error, thrown. Throws
// Error(plugin_defect) when it is neither.
PluginReport parse_plugin_report(std::string_view json);

// The rows of a self-test (keyseat/plugin/ext_self_test.h). Throws Error(plugin_defect).
std::vector<SelfTestRow> parse_self_test(std::string_view json, const std::string &protector);

// A member of a JSON object that is a string; empty where there is none or no object.
std::string string_member(std::string_view json, std::string_view name);

// `header`, a JSON object, with the protected member "enc" that every credential has.
std::string with_enc(const std::string &header);

} // namespace keyseat::cli

#endif
