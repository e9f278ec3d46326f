// SPDX-License-Identifier: Apache-2.0
//
// PluginRegistry: from an id to a loaded library.

#include <keyseat/plugin/ext_inspect.h>

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "base/nearest_name.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"
#include "host/descriptor_check.h"
#include "host/foreign_text.h"
#include "host/library.h"
#include "host/library_image.h"
#include "host/library_trust.h"
#include "host/names.h"
#include "host/plugin.h"
#include "host/process_launcher.h"
#include "host/remote_plugin.h"
#include "host/thread_launcher.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

// The plugins of the process, by identity, path and isolation: a file that was exchanged since is
// another one. Leaked on purpose, with the libraries.
struct LoadedPlugins {
   using Key = std::tuple<platform::PinnedFile::Identity, fs::path, Isolation>;

   std::mutex mutex;
   std::map<Key, std::unique_ptr<const Plugin>> plugins;
};

LoadedPlugins &loaded_plugins() {
   static auto *const loaded = new LoadedPlugins;
   return *loaded;
}

std::string id_of(const fs::path &path) { return path_text(path.stem()); }

bool is_library_name(const fs::path &path) {
   return path.extension() == library_suffix() && is_plugin_id(id_of(path));
}

// The canonical form of an absolute path to a library file.
fs::path canonical_library(const fs::path &path) {
   if (!path.is_absolute()) {
      throw plugin_refused(printable(path_text(path)), "its path is not absolute");
   }
   if (!is_library_name(path)) {
      throw plugin_refused(printable(path_text(path)),
                           fmt::format("a plugin's file is named ID{}", library_suffix()));
   }
   std::error_code error;
   fs::path real = fs::canonical(path, error);
   if (error) {
      throw plugin_refused(id_of(path),
                           fmt::format("{}: {}", printable(path_text(path)), error.message()));
   }
   return real;
}

// Opens a library file that may be loaded.
std::unique_ptr<platform::PinnedFile> open_trusted(const fs::path &path, std::string_view id) {
   auto file = std::make_unique<platform::PinnedFile>(path);
   const std::string why = distrust(path, file->facts());
   if (!why.empty())
      throw plugin_refused(id, fmt::format("{} ({})", why, printable(path_text(path))));
   return file;
}

void require_no_breach(const keyseat_descriptor *descriptor, const std::string &id,
                       const fs::path &path) {
   const std::string breach = descriptor_breach(descriptor, id);
   if (breach.empty()) return;
   throw plugin_refused(id, fmt::format("it {} ({})", breach, printable(path_text(path))));
}

// Loads the library into this process. What is not built in may hang: its calls run on threads that can
// be given up (R-ABN-1). Such a descriptor is leaked on purpose, as the library is.
const keyseat_descriptor *loaded_here(std::shared_ptr<const platform::PinnedFile> file,
                                      const std::string &id, const fs::path &path) {
   const keyseat_descriptor *descriptor = load_entry(std::move(file), id)();
   require_no_breach(descriptor, id, path);
   if (is_built_in(id)) return descriptor;
   const bool inspects = descriptor->get_extension != nullptr &&
                         descriptor->get_extension(descriptor, KEYSEAT_EXT_INSPECT) != nullptr;
   return (new RemotePlugin(*descriptor, inspects, std::make_unique<ThreadLauncher>(*descriptor)))
         ->c();
}

// Has a worker process load the library. None of its code runs in this process. What describes it is kept
// for good, since protectors refer to it. Called under the lock of the loaded plugins.
const keyseat_descriptor *described_by_worker(std::shared_ptr<const platform::PinnedFile> file,
                                              const std::string &id, const fs::path &path,
                                              const Isolation &isolation) {
   auto launcher = std::make_unique<ProcessLauncher>(id, std::move(file), isolation);
   std::unique_ptr<const DescriptorCopy> copy;
   launcher->describe([&](const LoadedMessage &message) {
      copy = std::make_unique<const DescriptorCopy>(message);
   });
   if (connects(copy->c())) launcher->allow_network();
   auto *plugin = new RemotePlugin(copy->c(), copy->inspects(), std::move(launcher));
   static auto &kept = *new std::vector<std::unique_ptr<const DescriptorCopy>>;
   kept.push_back(std::move(copy));
   require_no_breach(plugin->c(), id, path);
   return plugin->c();
}

void require_digest(const platform::PinnedFile &file, std::string_view pin, std::string_view id,
                    const fs::path &path) {
   const std::string digest = library_digest(file);
   if (equal_no_case(pin, digest)) return;
   throw plugin_refused(id, fmt::format("its SHA-256 is {} and not the pinned one ({})", digest,
                                        printable(path_text(path))))
         .hint("if that is the library you mean, put this SHA-256 into plugins.pins of the "
               "system's configuration");
}

std::vector<std::string> ids_of(const std::vector<std::pair<std::string, fs::path>> &installed) {
   std::vector<std::string> ids;
   ids.reserve(installed.size());
   for (const auto &[id, path] : installed) {
      ids.push_back(id);
   }
   return ids;
}

} // namespace

PluginRegistry::PluginRegistry(PluginPlaces places) : places_(std::move(places)) {}

const Plugin &PluginRegistry::load(std::string_view id, const Isolation &isolation) const {
   if (const fs::path path = find(id); !path.empty()) return load_file(path, isolation);
   const std::string shown = foreign_text(id);
   if (const std::string absence = absence_of(id); !absence.empty()) {
      throw Error(ErrorCode::plugin_unknown,
                  fmt::format("no plugin '{}' is installed: {}", shown, absence));
   }
   if (places_.folders.empty()) {
      throw Error(ErrorCode::plugin_unknown,
                  fmt::format("no plugin '{}' is found: this process cannot tell where its program "
                              "lies, beside which the plugins are",
                              shown))
            .hint("make sure that /proc is mounted");
   }
   const std::vector<std::string> ids = ids_of(installed());
   const std::string names =
         ids.empty() ? "there are none" : fmt::format("there are '{}'", fmt::join(ids, "', '"));
   throw Error(ErrorCode::plugin_unknown,
               fmt::format("no plugin '{}' is installed: {}", shown, names))
         .hint(did_you_mean(id, ids));
}

// The library of that id in the first of the folders that has it; empty where none has. Where that cannot
// be told, load_file() says why.
fs::path PluginRegistry::find(std::string_view id) const {
   if (!is_plugin_id(id)) return {};
   fs::path unclear;
   for (const fs::path &folder : places_.folders) {
      fs::path path = folder / (std::string(id) + library_suffix());
      std::error_code error;
      const fs::file_status status = fs::symlink_status(path, error);
      if (fs::exists(status)) return path;
      if (status.type() == fs::file_type::none && unclear.empty()) unclear = std::move(path);
   }
   return unclear;
}

const Plugin &PluginRegistry::load_file(const fs::path &path, const Isolation &isolation) const {
   const fs::path real = canonical_library(path);
   const std::string id = id_of(path);
   const std::shared_ptr<const platform::PinnedFile> file = open_trusted(real, id);
   const auto pin = places_.pins.find(id);
   const bool is_pinned = pin != places_.pins.end();
   if (is_pinned) require_digest(*file, pin->second, id, real);

   LoadedPlugins &loaded = loaded_plugins();
   const std::lock_guard lock(loaded.mutex);
   auto &plugin = loaded.plugins[{file->identity(), real, isolation}];
   if (plugin != nullptr) return *plugin;
   if (const std::string flaw = image_flaw(*file); !flaw.empty()) {
      throw plugin_refused(id, fmt::format("{} ({})", flaw, printable(path_text(real))));
   }
   const keyseat_descriptor *descriptor = isolation.process
                                                ? described_by_worker(file, id, real, isolation)
                                                : loaded_here(file, id, real);
   plugin.reset(new Plugin(path, is_pinned, file, descriptor, isolation));
   return *plugin;
}

PluginFacts PluginRegistry::look_at(const fs::path &path) const {
   PluginFacts facts;
   facts.id = id_of(path);
   facts.path = path;
   facts.sha256 = library_digest(*open_trusted(canonical_library(path), facts.id));
   const auto pin = places_.pins.find(facts.id);
   facts.pinned = pin != places_.pins.end() && equal_no_case(pin->second, facts.sha256);
   return facts;
}

std::vector<std::pair<std::string, fs::path>> PluginRegistry::installed() const {
   std::map<std::string, fs::path> found;
   for (const fs::path &folder : places_.folders) {
      std::error_code error; // a folder that is not there has no plugins
      for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
           entry.increment(error)) {
         if (is_library_name(entry->path())) found.emplace(id_of(entry->path()), entry->path());
      }
   }
   return {found.begin(), found.end()};
}

} // namespace keyseat
