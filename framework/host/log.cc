// SPDX-License-Identifier: Apache-2.0
#include <keyseat/log.h>

#include <mutex>
#include <string>
#include <utility>

#include "host/foreign_text.h"

namespace keyseat {
namespace {

struct Log {
   std::mutex mutex;
   LogSink sink;
};

// Leaked on purpose: plugins may log until the process is gone.
Log &log() {
   static auto *const log = new Log;
   return *log;
}

} // namespace

void set_log_sink(LogSink sink) {
   const std::lock_guard lock(log().mutex);
   log().sink = std::move(sink);
}

void write_log(LogLevel level, std::string_view text) noexcept {
   try {
      const std::lock_guard lock(log().mutex);
      if (log().sink) log().sink(level, foreign_text(text));
   } catch (...) {
      // A line that cannot be written is lost: there is nobody to tell.
   }
}

} // namespace keyseat
