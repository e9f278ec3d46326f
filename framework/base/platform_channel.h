// SPDX-License-Identifier: Apache-2.0
//
// Channel: one end of a connection between two processes, or two threads, of this machine.

#ifndef KEYSEAT_BASE_PLATFORM_CHANNEL_H
#define KEYSEAT_BASE_PLATFORM_CHANNEL_H

#include <keyseat/secret.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace keyseat::platform {

// Delivers frames whole and in order. The system's buffers are not ours to wipe; it frees them when a
// frame is received, and shows them to nobody but the other end. One thread sends and one receives at
// a time. Move-only; closed by its destructor.
class Channel {
 public:
   using Time = std::chrono::milliseconds;

   // Takes over an inherited end.
   explicit Channel(std::intptr_t handle) noexcept : handle_(handle) {}
   Channel(Channel &&other) noexcept : handle_(std::exchange(other.handle_, kNone)) {}
   Channel &operator=(Channel &&other) noexcept;
   Channel(const Channel &) = delete;
   Channel &operator=(const Channel &) = delete;
   ~Channel() { close(); }

   // Both ends of a new connection; neither is inherited by programs that are started. Throws
   // Error(io).
   static std::pair<Channel, Channel> make();

   // False when the other end is gone. Waits while the other end does not read.
   bool send(BytesView frame) noexcept;

   // The same without waiting: false also when the other end has left too much unread.
   bool send_at_once(BytesView frame) noexcept;

   // Waits for a frame, or for the other end to go, until `time` has passed; true when there is
   // something to receive.
   bool wait(Time time) noexcept;

   // Waits for a frame and takes it. None when the other end is gone. A frame of more than `limit`
   // bytes is dropped, and empty bytes stand for it. Throws std::bad_alloc.
   std::optional<SecretBytes> receive(SecretMemory memory, std::size_t limit);

   // Ends the connection for both sides, and for threads that wait at either, at once.
   void hang_up() noexcept;

   std::intptr_t handle() const noexcept { return handle_; }
   void close() noexcept;

 private:
   static constexpr std::intptr_t kNone = -1;
   std::intptr_t handle_;
};

} // namespace keyseat::platform

#endif
