// SPDX-License-Identifier: Apache-2.0
#include "host/library.h"

#include <keyseat/error.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>

#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "base/path_text.h"
#include "host/foreign_text.h"

namespace keyseat {
namespace {

namespace dll = boost::dll;

struct Loaded {
   std::shared_ptr<const platform::PinnedFile> file;
   dll::shared_library library;
};

// Leaked on purpose: unloading at exit crashes inside the exit handlers of what libraries pulled in.
void keep_for_ever(Loaded loaded) {
   static std::mutex mutex;
   static auto *const kept = new std::vector<Loaded>;
   const std::lock_guard lock(mutex);
   kept->push_back(std::move(loaded));
}

// What the loader said, without Boost's words around it and without the name under /proc.
std::string loader_message(const std::exception &error, const std::string &load_path) {
   constexpr std::string_view kBefore = "dlerror system message: ";
   std::string text = error.what();
   if (const auto at = text.find(kBefore); at != std::string::npos) {
      text.erase(0, at + kBefore.size());
      if (const auto end = text.rfind("):"); end != std::string::npos) text.erase(end);
   }
   if (text.rfind(load_path + ": ", 0) == 0) text.erase(0, load_path.size() + 2);
   return foreign_text(std::string_view(text));
}

} // namespace

keyseat_plugin_v1_fn load_entry(std::shared_ptr<const platform::PinnedFile> file,
                                std::string_view id) {
   const std::filesystem::path path = file->load_path();
   try {
      // Boost hands the flags through, to dlopen() or LoadLibraryEx().
      dll::shared_library library(
            path, static_cast<dll::load_mode::type>(platform::library_load_flags()));
      // From here on the library has run code of its own and stays, whatever it turns out to be.
      const bool has_entry = library.has(KEYSEAT_ENTRY_SYMBOL);
      keyseat_plugin_v1_fn entry = nullptr;
      if (has_entry) entry = &library.get<const keyseat_descriptor *()>(KEYSEAT_ENTRY_SYMBOL);
      keep_for_ever({std::move(file), std::move(library)});
      if (entry != nullptr) return entry;
   } catch (const std::bad_alloc &) {
      throw;
   } catch (const std::exception &error) {
      throw plugin_refused(
            id, fmt::format("it does not load: {}", loader_message(error, path_text(path))));
   }
   throw plugin_refused(id, fmt::format("it has no symbol {}: it is no plugin of this contract",
                                        KEYSEAT_ENTRY_SYMBOL));
}

std::string library_digest(const platform::PinnedFile &file) {
   return sdk::jose::hex_encode(sdk::jose::sha256(file.read_all()));
}

Error plugin_refused(std::string_view id, std::string_view why) {
   return Error(ErrorCode::plugin_refused, fmt::format("plugin '{}' is refused: {}", id, why));
}

std::string library_suffix() { return path_text(dll::shared_library::suffix()); }

} // namespace keyseat
