// SPDX-License-Identifier: Apache-2.0
#include "config/trust_check.h"

#include <utility>

#include "config/key_files.h"
#include "config/line_diff.h"
#include "config/pin.h"

namespace keyseat {
namespace {

// The files whose state is another than before; both sides count, what is missing on one differs.
std::vector<std::string> changed_files(const KeyFileStates &before, const KeyFileStates &after) {
   std::vector<std::string> changed;
   for (const auto &[path, state] : after) {
      const auto old = before.find(path);
      if (old != before.end() && old->second == state) continue;
      const bool is_gone = state == "absent";
      const bool was_gone = old != before.end() && old->second == "absent";
      const char *what = is_gone ? " is gone" : was_gone ? " has appeared" : " has changed";
      changed.push_back("key file " + path + what);
   }
   for (const auto &[path, state] : before) {
      if (!after.contains(path)) changed.push_back("key file " + path + " is not named any more");
   }
   return changed;
}

} // namespace

TrustState compare_with_pin(const SourceText &source, const FileContent &content,
                            const std::filesystem::path &user_folder) {
   TrustState state;
   PinReading reading = read_pin(source.file(), user_folder);
   if (!reading.pin) {
      state.why = std::move(reading.why);
      state.differences = line_diff({}, source.text());
   } else if (reading.pin->text != source.text()) {
      state.why = "it has changed since it was trusted";
      state.differences = line_diff(reading.pin->text, source.text());
   } else {
      state.differences = changed_files(reading.pin->key_files, key_file_states(content));
      state.trusted = state.differences.empty();
      if (state.trusted) state.key_files = std::move(reading.pin->key_files);
      if (!state.trusted) state.why = "a key file that it names has changed since it was trusted";
   }
   return state;
}

} // namespace keyseat
