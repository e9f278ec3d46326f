// SPDX-License-Identifier: Apache-2.0
//
// Library: a plugin library, loaded as a host loads it. Never unloaded (R-PRC-6).

#ifndef KEYSEAT_TESTS_CONTRACT_LIBRARY_H
#define KEYSEAT_TESTS_CONTRACT_LIBRARY_H

#include <keyseat/plugin.h>

#include <string>
#include <string_view>
#include <vector>

namespace contract {

class Library {
 public:
   // Throws std::runtime_error when the file is no plugin library. `token`: a folder that it may use
   // where it runs in another process; empty: none.
   explicit Library(std::string path, const std::string &token = {});

   const std::string &path() const { return path_; }
   std::string stem() const; // the file's name without its suffix

   keyseat_plugin_v1_fn entry() const { return entry_; }
   const keyseat_descriptor &descriptor() const { return *entry_(); }
   bool has_option(std::string_view name) const; // a row of its table

   // The library runs in another process: opening it takes milliseconds.
   static const bool kIsIsolated;

   // Names of the symbols that the library defines for others.
   std::vector<std::string> exported_symbols() const;

 private:
   std::string path_;
   keyseat_plugin_v1_fn entry_;
};

} // namespace contract

#endif
