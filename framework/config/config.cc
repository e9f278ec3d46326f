// SPDX-License-Identifier: Apache-2.0
#include <keyseat/config.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/nearest_name.h"
#include "base/path_text.h"
#include "base/text.h"
#include "config/builder.h"
#include "config/key_files.h"

namespace keyseat {

std::string_view config_layer_name(ConfigLayer layer) {
   switch (layer) {
      case ConfigLayer::named:
         return "named";
      case ConfigLayer::found:
         return "found";
      case ConfigLayer::user:
         return "user";
      case ConfigLayer::system:
         return "system";
   }
   return "unknown";
}

Config Config::load(const ConfigSearch &search) {
   std::vector<Error> mistakes;
   Config config = load(search, mistakes);
   if (mistakes.empty()) return config;
   Error first = std::move(mistakes.front());
   mistakes.erase(mistakes.begin());
   throw std::move(first).with(std::move(mistakes));
}

Config Config::load(const ConfigSearch &search, std::vector<Error> &mistakes) {
   return ConfigBuilder::build(search, mistakes);
}

const ProtectorEntry &Config::protector(std::string_view name) const {
   const auto found = std::find_if(protectors_.begin(), protectors_.end(),
                                   [&](const ProtectorEntry &p) { return p.name == name; });
   if (found != protectors_.end()) return *found;

   Error error(ErrorCode::protector_unknown,
               fmt::format("there is no protector '{}'", printable(name)));
   if (protectors_.empty()) {
      throw std::move(error).hint(
            "no configuration has a protector; keyseat init makes a first one");
   }
   std::vector<std::string> names;
   for (const ProtectorEntry &protector : protectors_)
      names.push_back(protector.name);
   const std::string suggestion = did_you_mean(name, names);
   throw std::move(error).hint(fmt::format("{}{}there are: {}", suggestion,
                                           suggestion.empty() ? "" : " ", fmt::join(names, ", ")));
}

void Config::require_trusted() const {
   for (const ConfigFile &file : files_) {
      if (file.trusted) continue;
      throw Error(ErrorCode::config_untrusted,
                  fmt::format("configuration '{}' decides who can read the credentials, and is not "
                              "trusted: {}",
                              printable(path_text(file.path)), file.why_untrusted))
            .hint("read it, then run: keyseat config trust")
            .in_file(path_text(file.path));
   }
}

namespace {

Error key_file_changed(const ProtectorEntry &entry, std::string_view file) {
   return Error(ErrorCode::config_untrusted,
                fmt::format("'{}', a key file of protector '{}', is not the one that was trusted",
                            file, entry.name))
         .hint("see who changed it; to trust it anew: keyseat config trust")
         .at(entry.place);
}

} // namespace

void Config::require_pinned(const ProtectorEntry &entry, BytesView public_key) const {
   if (entry.layer != ConfigLayer::found) return;
   const std::string file = key_file_name(entry.public_key);
   const auto pin = key_pins_.find(file);
   if (pin == key_pins_.end() || pin->second != key_file_state(public_key))
      throw key_file_changed(entry, file);
}

void Config::require_pinned(const ProtectorEntry &entry) const {
   if (entry.layer != ConfigLayer::found) return;
   for (const std::filesystem::path &path : key_files_of(entry)) {
      const std::string file = key_file_name(path);
      const auto pin = key_pins_.find(file);
      if (pin == key_pins_.end() || pin->second != key_file_state(path))
         throw key_file_changed(entry, file);
   }
}

} // namespace keyseat
