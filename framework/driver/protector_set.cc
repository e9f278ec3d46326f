// SPDX-License-Identifier: Apache-2.0

#include "driver/protector_set.h"

#include "base/files.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"
#include "host/isolation.h"
#include "host/worker_environment.h"
#include "json/encoding.h"

#include <keyseat/sdk/failure.h>

#include <algorithm>

#include <fmt/format.h>

namespace keyseat {

namespace {

constexpr std::size_t kMaxPublicKeyFile = std::size_t{64} << 10;

PluginPlaces places_of(const Config &config) {
   PluginPlaces places{{}, config.plugin_pins()};
   if (auto folder = installed_plugin_folder(); !folder.empty()) {
      places.folders.push_back(std::move(folder));
   }
   const auto &more = config.plugin_folders();
   places.folders.insert(places.folders.end(), more.begin(), more.end());
   return places;
}

Settings settings_of(const ProtectorEntry &entry) {
   Settings settings;
   for (const auto &[name, option] : entry.options)
      settings.emplace(name, option.value);
   return settings;
}

Isolation isolation_of(const ProtectorEntry &entry) {
   Isolation isolation = default_isolation(entry.plugin);
   if (!entry.isolation) return isolation;
   isolation.process = entry.isolation->mode == "process";
   if (!isolation.process) return isolation; // nothing is kept from it
   for (const std::filesystem::path &path : entry.isolation->read)
      isolation.read.push_back(path_text(path));
   for (const std::filesystem::path &path : entry.isolation->write)
      isolation.write.push_back(path_text(path));
   isolation.environment = entry.isolation->environment;
   isolation.network = entry.isolation->network;
   for (const std::string &name : isolation.environment) {
      if (!is_forbidden_variable(name)) continue;
      throw Error(ErrorCode::config_invalid,
                  fmt::format("protector '{}': the variable '{}' is never passed on to a worker "
                              "process: it could make libraries load code",
                              entry.name, name))
            .at(entry.isolation->place);
   }
   return isolation;
}

// An absent plugin is named together with the protector that wants it.
const Plugin &load_plugin(const PluginRegistry &plugins, const ProtectorEntry &entry) {
   try {
      return plugins.load(entry.plugin, isolation_of(entry));
   } catch (Error &error) {
      Error named(error.code(), fmt::format("protector '{}': {}", entry.name, error.message()));
      throw std::move(named).hint(error.hint()).at(entry.place);
   }
}

// The mistakes of an entry's options, each with its place.
std::vector<Error> mistakes_of(const ProtectorEntry &entry, const Plugin &plugin) {
   std::vector<Error> errors;
   for (SettingMistake &mistake : check_settings(plugin.descriptor(), settings_of(entry))) {
      const auto option = entry.options.find(mistake.option);
      const Place &place = option == entry.options.end() ? entry.place : option->second.place;
      errors.push_back(Error(ErrorCode::config_invalid,
                             fmt::format("protector '{}', option '{}': {}", entry.name,
                                         mistake.option, mistake.message))
                             .hint(std::move(mistake.hint))
                             .at(place));
   }
   return errors;
}

SecretBytes read_key_file(const std::filesystem::path &path, const FileCheck &check) {
   if (!file_facts(path)) {
      throw Error(ErrorCode::key_missing,
                  fmt::format("there is no public key file '{}'", printable(path_text(path))))
            .at({path_text(path), 0, 0, {}});
   }
   return read_regular_file(document_memory(), path, kMaxPublicKeyFile, check);
}

// Whoever can exchange a public key decides who reads what is encrypted to it.
FileCheck owner_check(const std::filesystem::path &path) {
   return [path](const FileFacts &facts) {
      const auto refuse = [&](std::string_view why, std::string hint) {
         throw Error(ErrorCode::config_invalid,
                     fmt::format("the public key file '{}' {}", printable(path_text(path)), why))
               .hint("see whose key it holds; then " + std::move(hint))
               .at({path_text(path), 0, 0, {}});
      };
      if (!facts.owned_by_me && !facts.owned_by_root)
         refuse("belongs to another user", platform::command_to_take_over(path));
      if (facts.writable_by_others)
         refuse("can be changed by other users", platform::command_to_forbid_writing(path));
   };
}

sdk::jose::PublicJwk parse_public_key(BytesView content, const std::filesystem::path &path) {
   // PowerShell's ">" makes UTF-16 of what `export-public` prints.
   const DecodedText decoded = decode_text(content, detect_encoding(content));
   try {
      return sdk::jose::PublicJwk::parse(decoded.text.reveal_text());
   } catch (const sdk::Failure &failure) {
      throw Error(ErrorCode::config_invalid,
                  fmt::format("'{}' is no public JWK that a credential can be encrypted to: {}",
                              printable(path_text(path)), failure.message()))
            .hint("`keyseat protector export-public NAME` writes one on the node that shall "
                  "decrypt")
            .at({path_text(path), 0, 0, {}});
   }
}

} // namespace

sdk::jose::PublicJwk read_public_key(const std::filesystem::path &path) {
   return parse_public_key(read_key_file(path, {}), path);
}

ProtectorSet::ProtectorSet(const Config &config, Prompter &prompter)
      : config_(config), prompter_(prompter), plugins_(places_of(config)) {
   for (const ProtectorEntry &entry : config.protectors()) {
      if (entry.public_key.empty() || !is_trusted(entry)) continue;
      try {
         public_key(entry);
      } catch (const Error &) {
         continue; // whoever asks for it is told
      }
   }
}

bool ProtectorSet::is_trusted(const ProtectorEntry &entry) const {
   const auto &files = config_.files();
   return std::none_of(files.begin(), files.end(), [&](const ConfigFile &file) {
      return file.layer == entry.layer && !file.trusted;
   });
}

sdk::jose::PublicJwk ProtectorSet::public_key(const ProtectorEntry &entry) {
   const std::lock_guard lock(mutex_);
   const auto found = entry_keys_.find(entry.name);
   if (found != entry_keys_.end()) return found->second;
   const SecretBytes content = read_key_file(entry.public_key, owner_check(entry.public_key));
   if (is_trusted(entry)) config_.require_pinned(entry, content);
   return entry_keys_.emplace(entry.name, parse_public_key(content, entry.public_key))
         .first->second;
}

sdk::jose::PublicJwk ProtectorSet::public_key(const std::filesystem::path &path) {
   const std::lock_guard lock(mutex_);
   const auto found = named_keys_.find(path);
   if (found != named_keys_.end()) return found->second;
   return named_keys_.emplace(path, read_public_key(path)).first->second;
}

std::string ProtectorSet::name_of_public_key(std::string_view kid) {
   for (const ProtectorEntry &entry : config_.protectors()) {
      if (!entry.plugin.empty() || kid.empty() || !is_trusted(entry)) continue;
      try {
         if (public_key(entry).kid() == kid) return entry.name;
      } catch (const Error &) {
         continue;
      }
   }
   return {};
}

std::string ProtectorSet::name_of_public_key(std::string_view kid, std::string_view alg) {
   std::string name = name_of_public_key(kid);
   if (name.empty()) return {};
   constexpr std::string_view kRsa = "RSA-OAEP"; // with either hash
   const sdk::jose::PublicJwk key = public_key(config_.protector(name));
   const bool fits = key.alg() == alg || (key.alg().starts_with(kRsa) && alg.starts_with(kRsa));
   return fits ? name : std::string();
}

Protector &ProtectorSet::open(std::string_view name) {
   const std::lock_guard lock(mutex_);
   if (const auto found = open_.find(name); found != open_.end()) return *found->second;
   config_.require_trusted();
   const ProtectorEntry &entry = config_.protector(name);
   if (entry.plugin.empty()) {
      throw Error(
            ErrorCode::unsupported,
            fmt::format("'{}' is somebody's public key: it can encrypt and do nothing else", name))
            .at(entry.place);
   }
   const Plugin &plugin = load_plugin(plugins_, entry);
   if (auto mistakes = mistakes_of(entry, plugin); !mistakes.empty()) {
      Error first = mistakes.front();
      mistakes.erase(mistakes.begin());
      throw std::move(first).with(std::move(mistakes));
   }
   auto opened = plugin.open(entry.name, settings_of(entry), entry.folder, prompter_);
   return *open_.emplace(std::string(name), std::move(opened)).first->second;
}

std::vector<std::string> ProtectorSet::capabilities(Protector &protector, const CallContext &call) {
   {
      const std::lock_guard lock(mutex_);
      if (const auto known = capabilities_.find(&protector); known != capabilities_.end()) {
         return known->second;
      }
   }
   std::vector<std::string> capabilities = protector.status(call).capabilities;
   const std::lock_guard lock(mutex_);
   return capabilities_.insert_or_assign(&protector, std::move(capabilities)).first->second;
}

std::vector<Error> ProtectorSet::check(const ProtectorEntry &entry) const {
   if (entry.plugin.empty()) return {};
   return mistakes_of(entry, load_plugin(plugins_, entry));
}

} // namespace keyseat
