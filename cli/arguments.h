// SPDX-License-Identifier: Apache-2.0
//
// The command line as plain values: one struct for each command.

#ifndef KEYSEAT_CLI_ARGUMENTS_H
#define KEYSEAT_CLI_ARGUMENTS_H

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace keyseat::cli {

// What every command takes.
struct GlobalOptions {
   std::optional<std::filesystem::path> config;
   bool json = false;
   bool quiet = false;
   bool verbose = false;
   bool no_color = false;
   std::optional<int> passphrase_fd;
};

struct OutputOptions {
   std::optional<std::filesystem::path> output; // "-" is standard output
   std::optional<std::filesystem::path> output_folder;
   bool in_place = false;
   bool force = false;
};

// Which recipients and which binding, in place of what the rules say.
struct SealArguments {
   std::vector<std::string> protectors;
   std::vector<std::filesystem::path> public_keys;
   std::optional<std::string> binding;
   bool replace_vendor_credential = false;
};

// What a definition must be called; empty: anything.
struct Expectation {
   std::string name;
   std::string integration_runtime;
};

struct InitCommand {};

struct EncryptCommand {
   std::vector<std::string> paths;
   OutputOptions output;
   SealArguments seal;
   Expectation expect;
};

struct DecryptCommand {
   std::vector<std::string> paths;
   OutputOptions output;
   Expectation expect;
};

struct PlanCommand {
   std::vector<std::string> paths;
   SealArguments seal;
   Expectation expect;
};

struct InspectCommand {
   std::string file;
   Expectation expect;
};

struct VerifyCommand {
   std::vector<std::string> paths;
   Expectation expect;
};

struct ImportCommand {
   std::string file;
   OutputOptions output;
   SealArguments seal;
   Expectation expect;
};

struct ProtectorListCommand {};

struct ProtectorStatusCommand {
   std::optional<std::string> name; // none: all
};

struct ProtectorCreateCommand {
   std::string name;
   std::optional<std::string> key_type;
   bool encrypted = false;
   bool replace = false;
};

struct ProtectorKeysCommand {
   std::string name;
};

struct ProtectorDestroyCommand {
   std::string name;
   std::string kid;
};

struct ProtectorExportPublicCommand {
   std::string name;
   std::optional<std::filesystem::path> output;
   bool force = false;
};

struct ProtectorTestCommand {
   std::string name;
};

struct ProtectorApproveCommand {
   std::string name;
};

struct PluginListCommand {};

struct PluginInfoCommand {
   std::string plugin; // an id, or the path of a library
};

// Not for people: prints what `plugin info PATH` shows, from the process that loads the library.
struct PluginDescribeCommand {
   std::filesystem::path path;
   std::string pin; // the SHA-256 that the library must have; empty: any
};

struct ConfigShowCommand {};
struct ConfigCheckCommand {};
struct ConfigSchemaCommand {};

struct ConfigTrustCommand {
   std::optional<std::filesystem::path> file; // none: the one that was found
   bool yes = false;
};

// --help and --version.
struct ShowText {
   std::string text;
};

using Command =
      std::variant<InitCommand, EncryptCommand, DecryptCommand, PlanCommand, InspectCommand,
                   VerifyCommand, ImportCommand, ProtectorListCommand, ProtectorStatusCommand,
                   ProtectorCreateCommand, ProtectorKeysCommand, ProtectorDestroyCommand,
                   ProtectorExportPublicCommand, ProtectorTestCommand, ProtectorApproveCommand,
                   PluginListCommand, PluginInfoCommand, PluginDescribeCommand, ConfigShowCommand,
                   ConfigCheckCommand, ConfigSchemaCommand, ConfigTrustCommand, ShowText>;

struct Arguments {
   GlobalOptions global;
   Command command;
};

// Reads the arguments that follow the program's name, aliases already rewritten. Throws Error(usage).
// No message quotes the value of an option: it may be a secret that does not belong there. Messages
// call an option by the alias that `typed` has for it.
Arguments parse_arguments(const std::vector<std::string> &arguments,
                          const std::map<std::string, std::string> &typed = {});

} // namespace keyseat::cli

#endif
