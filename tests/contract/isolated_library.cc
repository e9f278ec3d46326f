// SPDX-License-Identifier: Apache-2.0
//
// In place of library_posix.cc: the library runs in a worker process of the framework, and the descriptor is
// the one that the framework puts in front of it. So every rule is held to what a plugin is behind the
// worker, and the worker to what a host sees of it (R-HST-3).

#include "contract/library.h"

#include "host/plugin.h"

#include <filesystem>

namespace contract {

namespace {

const keyseat_descriptor *isolated_descriptor = nullptr;

const keyseat_descriptor *KEYSEAT_CALL isolated_entry() { return isolated_descriptor; }

} // namespace

const bool Library::kIsIsolated = true;

Library::Library(std::string path, const std::string &token)
      : path_(std::move(path)), entry_(isolated_entry) {
   keyseat::Isolation isolation{.process = true};
   if (!token.empty()) {
      isolation.write.push_back(token);
      isolation.environment = {"SOFTHSM2_CONF", "NSS_MIN_MP_PBE_ITERATION_COUNT",
                               "NSS_MAX_MP_PBE_ITERATION_COUNT"}; // of tests/pkcs11/with_token
   }
   static const keyseat::PluginRegistry registry{keyseat::PluginPlaces{}};
   isolated_descriptor = &registry.load_file(path_, isolation).descriptor();
}

} // namespace contract
