// SPDX-License-Identifier: Apache-2.0

#include "contract/library.h"

#include <dlfcn.h>

#include <stdexcept>

namespace contract {

const bool Library::kIsIsolated = false;

Library::Library(std::string path, const std::string &) : path_(std::move(path)) {
   void *handle = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
   if (handle == nullptr) throw std::runtime_error(dlerror());
   entry_ = reinterpret_cast<keyseat_plugin_v1_fn>(dlsym(handle, KEYSEAT_ENTRY_SYMBOL));
   if (entry_ == nullptr) throw std::runtime_error(path_ + " has no " KEYSEAT_ENTRY_SYMBOL);
}

} // namespace contract
