// SPDX-License-Identifier: Apache-2.0
//
// Linux: a channel is a pair of sockets that keep the bounds of messages (SOCK_SEQPACKET, unix(7)).

#include "base/platform_channel.h"

#include <keyseat/error.h>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <system_error>

namespace keyseat::platform {
namespace {

bool send_frame(int socket, BytesView frame, int flags) noexcept {
   for (;;) {
      const ssize_t sent = ::send(socket, frame.data(), frame.size(), flags | MSG_NOSIGNAL);
      if (sent >= 0) return true;
      if (errno != EINTR) return false;
   }
}

// recv(2) that is not interrupted.
ssize_t receive_frame(int socket, void *to, std::size_t size, int flags) noexcept {
   for (;;) {
      const ssize_t got = ::recv(socket, to, size, flags);
      if (got >= 0 || errno != EINTR) return got;
   }
}

} // namespace

Channel &Channel::operator=(Channel &&other) noexcept {
   if (this != &other) {
      close();
      handle_ = std::exchange(other.handle_, kNone);
   }
   return *this;
}

std::pair<Channel, Channel> Channel::make() {
   std::array<int, 2> ends{};
   if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw Error(ErrorCode::io,
                  fmt::format("cannot make a socket: {}", std::generic_category().message(errno)));
   }
   return {Channel(ends[0]), Channel(ends[1])};
}

// NOLINTBEGIN(readability-make-member-function-const): what a channel does, changes it

bool Channel::send(BytesView frame) noexcept {
   return send_frame(static_cast<int>(handle_), frame, 0);
}

bool Channel::send_at_once(BytesView frame) noexcept {
   return send_frame(static_cast<int>(handle_), frame, MSG_DONTWAIT);
}

bool Channel::wait(Time time) noexcept {
   const auto deadline = std::chrono::steady_clock::now() + time;
   pollfd event{static_cast<int>(handle_), POLLIN, 0};
   for (Time left = time;;
        left = std::chrono::ceil<Time>(deadline - std::chrono::steady_clock::now())) {
      const int ready =
            ::poll(&event, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX)));
      if (ready > 0) return true;
      if (ready == 0 || errno != EINTR) return false;
   }
}

std::optional<SecretBytes> Channel::receive(SecretMemory memory, std::size_t limit) {
   const int socket = static_cast<int>(handle_);
   const ssize_t size = receive_frame(socket, nullptr, 0, MSG_PEEK | MSG_TRUNC);
   if (size <= 0) return std::nullopt;
   const bool fits = static_cast<std::size_t>(size) <= limit;
   SecretBytes frame(memory, fits ? static_cast<std::size_t>(size) : 0);
   if (receive_frame(socket, frame.data(), frame.size(), MSG_TRUNC) != size) return std::nullopt;
   return frame;
}

void Channel::hang_up() noexcept { ::shutdown(static_cast<int>(handle_), SHUT_RDWR); }

// NOLINTEND(readability-make-member-function-const)

void Channel::close() noexcept {
   if (handle_ != kNone) ::close(static_cast<int>(std::exchange(handle_, kNone)));
}

} // namespace keyseat::platform
