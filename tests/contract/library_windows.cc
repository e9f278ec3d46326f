// SPDX-License-Identifier: Apache-2.0

#include "contract/library.h"

#include <filesystem>
#include <stdexcept>

#include <windows.h>

namespace contract {

const bool Library::kIsIsolated = false;

// As a host does: what the library needs comes from its own folder and the system's, never from the
// working folder.
Library::Library(std::string path, const std::string &) : path_(std::move(path)) {
   const std::filesystem::path file = std::filesystem::absolute(std::filesystem::u8path(path_));
   const HMODULE module = LoadLibraryExW(
         file.c_str(), nullptr, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
   if (module == nullptr) {
      throw std::runtime_error("cannot load " + path_ + ": error " +
                               std::to_string(GetLastError()));
   }
   const FARPROC address = GetProcAddress(module, KEYSEAT_ENTRY_SYMBOL);
   if (address == nullptr) throw std::runtime_error(path_ + " has no " KEYSEAT_ENTRY_SYMBOL);
   entry_ = reinterpret_cast<keyseat_plugin_v1_fn>(reinterpret_cast<void *>(address));
}

} // namespace contract
