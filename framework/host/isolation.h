// SPDX-License-Identifier: Apache-2.0
//
// Isolation: how far a plugin is kept apart from its host.

#ifndef KEYSEAT_HOST_ISOLATION_H
#define KEYSEAT_HOST_ISOLATION_H

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

struct Isolation {
   bool process = false; // in a worker process; otherwise in this one

   // For a worker process: what it may use beyond what its options name.
   std::vector<std::string> read{};  // absolute paths: files, or folders with all that is in them
   std::vector<std::string> write{}; // the same, for writing as well
   std::vector<std::string> environment{}; // names of variables that are passed on
   bool network = false;                   // it reaches other machines

   // NOLINTNEXTLINE(modernize-use-nullptr): there is none in a comparison
   friend auto operator<=>(const Isolation &, const Isolation &) = default;
};

// The plugins of this project that call no foreign code: keyfile, tpm2, dpapi. They are trusted to come
// to an end, and run on the caller's thread unless a worker process is asked for.
bool is_built_in(std::string_view plugin);

// What holds without a word of the configuration: a worker process for every plugin that is not built in.
inline Isolation default_isolation(std::string_view plugin) {
   return {.process = !is_built_in(plugin)};
}

} // namespace keyseat

#endif
