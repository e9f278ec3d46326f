// SPDX-License-Identifier: Apache-2.0
//
// The log: what plugins and the library have to say outside of a failure.

#ifndef KEYSEAT_LOG_H
#define KEYSEAT_LOG_H

#include <functional>
#include <string_view>

namespace keyseat {

enum class LogLevel { debug, info, warning, error };

// Takes one line: printable, without line end, without secrets. Called by one thread at a time; it
// shall not log itself.
using LogSink = std::function<void(LogLevel, std::string_view)>;

// Sets where lines of the whole process go; an empty sink, as at the start, discards them. An
// exception of the sink is dropped. Thread-safe.
void set_log_sink(LogSink sink);

// Writes one line: control characters are shown escaped, text beyond 4096 bytes is cut. Thread-safe.
void write_log(LogLevel level, std::string_view text) noexcept;

} // namespace keyseat

#endif
