// SPDX-License-Identifier: Apache-2.0
//
// In place of isolated_library.cc: the same, with workers that are killed.

#include "contract/killed_library.h"

#include "contract/library.h"

#include "base/platform.h"
#include "host/process_launcher.h"
#include "host/remote_plugin.h"

#include <filesystem>

namespace contract {

namespace {

const keyseat_descriptor *killed_descriptor = nullptr;

const keyseat_descriptor *KEYSEAT_CALL killed_entry() { return killed_descriptor; }

} // namespace

Moment &moment() {
   static Moment instance;
   return instance;
}

const bool Library::kIsIsolated = true;

Library::Library(std::string path, const std::string &token)
      : path_(std::move(path)), entry_(killed_entry) {
   keyseat::Isolation isolation{.process = true};
   if (!token.empty()) {
      isolation.write.push_back(token);
      isolation.environment.emplace_back("SOFTHSM2_CONF");
   }
   auto launcher = std::make_unique<keyseat::ProcessLauncher>(
         stem(),
         std::make_shared<const keyseat::platform::PinnedFile>(std::filesystem::u8path(path_)),
         isolation);
   static std::unique_ptr<const keyseat::DescriptorCopy> copy;
   launcher->describe([](const keyseat::LoadedMessage &message) {
      copy = std::make_unique<const keyseat::DescriptorCopy>(message);
   });
   killed_descriptor = (new keyseat::RemotePlugin(
                              copy->c(), copy->inspects(),
                              std::make_unique<KillingLauncher>(std::move(launcher), moment())))
                             ->c(); // for good, as descriptors are
}

} // namespace contract
