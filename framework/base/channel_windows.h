// SPDX-License-Identifier: Apache-2.0
//
// PipeEnd: what the handle of a Channel points to. For the Windows sources of this room only, after
// <windows.h>.

#ifndef KEYSEAT_BASE_CHANNEL_WINDOWS_H
#define KEYSEAT_BASE_CHANNEL_WINDOWS_H

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include "base/handle_windows.h"
#include "base/platform_channel.h"

namespace keyseat::platform {

// One end of a named pipe, used as platform_channel.h says. Times are milliseconds.
class PipeEnd {
 public:
   explicit PipeEnd(Handle pipe);
   PipeEnd(const PipeEnd &) = delete;
   PipeEnd &operator=(const PipeEnd &) = delete;
   ~PipeEnd();

   bool send(BytesView frame, std::uint32_t time) noexcept;
   bool wait(std::uint32_t time) noexcept;
   std::optional<SecretBytes> receive(SecretMemory memory, std::size_t limit);
   void hang_up() noexcept;
   void *pipe() const noexcept { return pipe_.get(); }

 private:
   static constexpr std::size_t kHeaderSize = 4; // the size of a frame

   bool enter() noexcept;
   void leave() noexcept;
   void close_pipe() noexcept;
   bool finish(OVERLAPPED &call, DWORD time, DWORD &count) noexcept;
   bool write(BytesView bytes, DWORD time) noexcept;
   bool begin_header() noexcept;
   std::optional<std::uint32_t> take_header() noexcept;
   bool read(std::span<std::uint8_t> bytes) noexcept;
   bool skip(std::uint32_t size) noexcept;

   std::mutex mutex_; // of the next two
   int users_ = 0;
   bool is_closing_ = false;

   Handle pipe_;
   const Handle hung_up_; // events
   const Handle sent_;
   const Handle header_read_;
   const Handle body_read_;

   // The receiving thread's.
   OVERLAPPED header_call_{};
   std::array<std::uint8_t, kHeaderSize> header_{};
   bool reads_header_ = false; // wait() has begun to
};

Channel channel_of_pipe(Handle pipe);
PipeEnd &pipe_of(const Channel &channel);

} // namespace keyseat::platform

#endif
