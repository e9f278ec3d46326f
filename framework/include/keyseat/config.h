// SPDX-License-Identifier: Apache-2.0
//
// Config: which protectors there are, and which of them protect which definition.
//
// A configuration decides who can read the credentials and which libraries load. Up to three files
// make one, each a layer: the one named by the caller or found upwards from the working folder, the
// user's, the system's. A protector is taken whole by its name, and no layer redefines a name of a more
// trusted one; `rules` are taken whole from the nearest layer that has any, and name protectors of
// their own file or of a more trusted one. A file that was merely found is a stranger's until its user has trusted it (trust.h).

#ifndef KEYSEAT_CONFIG_H
#define KEYSEAT_CONFIG_H

#include <keyseat/error.h>
#include <keyseat/secret.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace keyseat {

enum class ConfigLayer {
   named,  // by the caller (--config): trusted
   found,  // upwards from the working folder: trusted once pinned
   user,   // the user's configuration folder: trusted
   system, // the system's: trusted, and may set a policy
};
std::string_view config_layer_name(ConfigLayer layer);

// One option of a protector, and where it was set.
struct ConfiguredOption {
   std::variant<std::string, std::int64_t, bool, std::vector<std::string>> value;
   Place place; // of the value
};

// "isolation": where a plugin runs, and what it may use there beyond what its options name.
struct IsolationEntry {
   std::string mode;                         // "process", "none"
   std::vector<std::filesystem::path> read;  // absolute: files, or folders with all that is in them
   std::vector<std::filesystem::path> write; // the same, for writing as well
   std::vector<std::string> environment;     // names of variables that are passed on
   bool network = false;                     // the plugin reaches other machines
   Place place;
};

// One entry of "protectors": a plugin's instance, or somebody's public key.
struct ProtectorEntry {
   std::string name;
   std::string plugin;               // the plugin's id; empty for a public key
   std::filesystem::path public_key; // absolute; empty for a plugin
   std::map<std::string, ConfiguredOption, std::less<>> options;
   std::optional<IsolationEntry> isolation; // none: as the plugin's id has it
   std::filesystem::path folder;            // of the file that names it; options' paths start there
   Place place;
   ConfigLayer layer = ConfigLayer::user;
};

// One entry of "rules". Conditions hold together; each holds when one of its patterns matches; none
// always holds. Patterns are globs (*, **, ?), without case but for the path.
struct Rule {
   std::vector<std::string> integration_runtime;
   std::vector<std::string> type;
   std::vector<std::string> name;
   std::vector<std::string> path;    // from the folder of the file that holds the rule, or absolute
   std::vector<std::string> protect; // names of protectors, in the order of use
   std::optional<std::string> binding; // "type", "target", "strict"
   Place place;
   ConfigLayer layer = ConfigLayer::user;
};

// What the system's configuration demands and nobody below may loosen.
struct Policy {
   std::vector<std::string> require;    // protectors that are recipients of every credential
   std::vector<std::string> allow_kids; // the only `kid`s that may be recipients; empty: any
   std::optional<std::string> least_binding;
};

// A definition as rules see it.
struct DefinitionFacts {
   std::string name;
   std::string type;
   std::string integration_runtime;
   std::filesystem::path file; // absolute; empty for standard input
};

// What applies to one definition.
struct Selection {
   std::vector<std::string> protect; // names of protectors, required ones included
   std::string binding = "target";
   Place rule; // of the rule that matched; empty when none did
};

// Where to look. Empty paths: the process's own.
struct ConfigSearch {
   std::optional<std::filesystem::path> named;
   std::filesystem::path working_folder;
   std::filesystem::path user_folder;
   std::filesystem::path system_folder;
};

// One file that was taken, and what is known of it.
struct ConfigFile {
   std::filesystem::path path; // absolute
   ConfigLayer layer = ConfigLayer::user;
   bool trusted = true;
   std::string why_untrusted; // "nobody has trusted it yet", "it has changed since it was trusted"
};

// The effective configuration. Immutable; thread-safe.
class Config {
 public:
   // Finds, reads and merges the files. Throws Error(config_invalid) with all mistakes of all files,
   // each with line and column: syntax, unknown members, wrong kinds, names, unknown protectors in
   // rules, redefinitions, policy outside of the system's file. Throws Error(config_invalid) when the
   // named file is not there. No file at all is no error: the configuration is empty.
   static Config load(const ConfigSearch &search);

   // The same, for showing the mistakes together with those that plugins find: adds them to `mistakes`
   // and returns what could be read, which is not to be worked with when there are any.
   static Config load(const ConfigSearch &search, std::vector<Error> &mistakes);

   const std::vector<ConfigFile> &files() const { return files_; }               // nearest first
   const std::vector<ProtectorEntry> &protectors() const { return protectors_; } // in file order
   const std::vector<Rule> &rules() const { return rules_; }
   const Policy &policy() const { return policy_; }
   const std::vector<std::filesystem::path> &plugin_folders() const { return plugin_folders_; }
   const std::map<std::string, std::string, std::less<>> &plugin_pins() const { return pins_; }

   // The protector of that name. Throws Error(protector_unknown), with the names that there are.
   const ProtectorEntry &protector(std::string_view name) const;

   // The first rule that matches, with what the policy adds. Without rules that match: the protectors
   // that the policy requires, and nothing else. Throws Error(config_invalid) when the rule asks for
   // less than the policy's least binding; without a rule's word the binding is "target", or the
   // policy's where that is stricter.
   Selection select(const DefinitionFacts &facts) const;

   // Whether a binding may be asked for, by --binding or by a rule. Throws Error(usage) for a word that
   // is none, Error(config_invalid) for less than the policy's least binding: type < target < strict.
   void check_binding(std::string_view binding, const Place &asked_at = {}) const;

   // Throws Error(config_untrusted) when a found file is part of it that nobody has trusted, with the
   // command that does.
   void require_trusted() const;

   // Between the check of a pin and the use of a key file it may be exchanged. Both throw
   // Error(config_untrusted) when a trusted entry of a found file does not have the key files that were
   // trusted: the first looks at what was read from its `public_key`, the second reads all that it
   // names, which is for plugins that read them by themselves.
   void require_pinned(const ProtectorEntry &entry, BytesView public_key) const;
   void require_pinned(const ProtectorEntry &entry) const;

 private:
   friend class ConfigBuilder;
   std::vector<ConfigFile> files_;
   std::vector<ProtectorEntry> protectors_;
   std::vector<Rule> rules_;
   Policy policy_;
   std::vector<std::filesystem::path> plugin_folders_;
   std::map<std::string, std::string, std::less<>> pins_;
   std::map<std::string, std::string> key_pins_; // of key files, see config/key_files.h
};

} // namespace keyseat

#endif
