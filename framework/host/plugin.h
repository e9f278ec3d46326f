// SPDX-License-Identifier: Apache-2.0
//
// Plugin: a loaded plugin library. PluginRegistry: finds libraries by id, checks them and loads them.

#ifndef KEYSEAT_HOST_PLUGIN_H
#define KEYSEAT_HOST_PLUGIN_H

#include <keyseat/error.h>
#include <keyseat/plugin/descriptor.h>
#include <keyseat/prompter.h>
#include <keyseat/secret.h>

#include "base/platform.h"
#include "host/isolation.h"
#include "host/protector.h"
#include "host/settings.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keyseat {

// What is known of a library file that has been looked at.
struct PluginFacts {
   std::string id;
   std::filesystem::path path;
   std::string sha256;  // of the file, hex
   bool pinned = false; // the system configuration names this digest
};

// A loaded library. Never unloaded (R-PRC-6), hence never destroyed. Thread-safe.
class Plugin {
 public:
   // Hashes the file, as it is now: not for every call of a plugin.
   PluginFacts facts() const;
   const keyseat_descriptor &descriptor() const { return *descriptor_; }
   const Isolation &isolation() const { return isolation_; }

   // Opens a protector, in this process or in a worker process. `name` is what the configuration calls it; relative paths are
   // relative to `folder`; `prompter` outlives the protector. Throws Error(config_invalid,
   // plugin_defect, or what the plugin says).
   std::unique_ptr<Protector> open(std::string name, const Settings &settings,
                                   const std::filesystem::path &folder, Prompter &prompter) const;

   // Explains a header and encrypted key by keyseat.inspect/1; empty when the plugin does not offer
   // it or it is not its. A JSON object otherwise, checked.
   std::string inspect(std::string_view header, BytesView encrypted_key) const;

 private:
   friend class PluginRegistry;
   Plugin(std::filesystem::path path, bool pinned, std::shared_ptr<const platform::PinnedFile> file,
          const keyseat_descriptor *descriptor, Isolation isolation)
         : path_(std::move(path)),
           pinned_(pinned),
           file_(std::move(file)),
           descriptor_(descriptor),
           isolation_(std::move(isolation)) {}

   std::filesystem::path path_;
   bool pinned_;
   std::shared_ptr<const platform::PinnedFile> file_;
   const keyseat_descriptor *descriptor_;
   Isolation isolation_;
};

// Where plugins are looked for, and which digests are demanded.
struct PluginPlaces {
   std::vector<std::filesystem::path> folders;           // absolute, in order
   std::map<std::string, std::string, std::less<>> pins; // id -> SHA-256 in hex
};

// The folder that belongs to this executable: ../lib/keyseat/plugins beside the folder of the
// executable (the layout of a build tree and of an installation). Empty when the executable's own
// path is unknown.
std::filesystem::path installed_plugin_folder();

// Loads plugins by id, each once for each process, and keeps them for its life. A library is refused
// with Error(plugin_refused), in one sentence that says why, when
//   - file or folder belong to somebody else than root, the user or the executable's owner, or others
//     may write to them (a folder with the sticky bit may lie on the way),
//   - its digest is not the pinned one,
//   - it cannot be loaded with all symbols bound, or lacks the entry symbol,
//   - its descriptor breaks the contract, is of another draft, or has another id than the file's name.
// What was hashed is what is loaded; only a pinned library is hashed. Thread-safe.
class PluginRegistry {
 public:
   explicit PluginRegistry(PluginPlaces places);

   // Throws Error(plugin_unknown: lists what is installed, plugin_refused).
   const Plugin &load(std::string_view id, const Isolation &isolation) const;

   // Loads a library by its absolute path, for `plugin info PATH`. Without isolation its code runs in
   // this process. Throws Error(plugin_refused).
   const Plugin &load_file(const std::filesystem::path &path, const Isolation &isolation) const;

   // What a library file is, without loading it and whatever digest is demanded.
   // `path` is absolute. Throws Error(plugin_refused): not there, owner or mode.
   PluginFacts look_at(const std::filesystem::path &path) const;

   // The ids of the library files in the folders, without loading any: sorted, first folder wins.
   std::vector<std::pair<std::string, std::filesystem::path>> installed() const;

   const PluginPlaces &places() const { return places_; }

 private:
   std::filesystem::path find(std::string_view id) const;

   PluginPlaces places_;
};

// The project's own plugins that not every installation has: a sentence on why `id` is not here
// ("tpm2 is not part of this installation"); empty for others.
std::string absence_of(std::string_view id);

} // namespace keyseat

#endif
