// SPDX-License-Identifier: Apache-2.0
//
// Library: a shared library in this process, with the plugin's entry.

#ifndef KEYSEAT_HOST_LIBRARY_H
#define KEYSEAT_HOST_LIBRARY_H

#include <keyseat/plugin/entry.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/platform.h"

namespace keyseat {

// Loads the opened file, all symbols bound, none of them visible to other libraries, and keeps it for
// the life of the process (R-PRC-6). The bytes that `file` names are loaded, whatever stands at its
// path by then. `id` names the plugin in messages. Throws Error(plugin_refused).
//
// The descriptor of `file` is never closed once its library is loaded: the loader knows libraries by
// name, /proc/self/fd/N, and would return the first one for a later file with the same number.
// $ORIGIN in a library's run path means nothing for the same reason.
keyseat_plugin_v1_fn load_entry(std::shared_ptr<const platform::PinnedFile> file,
                                std::string_view id);

// SHA-256 of the opened file, in hex.
std::string library_digest(const platform::PinnedFile &file);

// Error(plugin_refused): "plugin 'ID' is refused: WHY".
Error plugin_refused(std::string_view id, std::string_view why);

// ".so" or ".dll".
std::string library_suffix();

} // namespace keyseat

#endif
