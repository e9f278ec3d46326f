// SPDX-License-Identifier: Apache-2.0
//
// Windows: a channel is a named pipe of bytes, with the size of each frame before it, since threads wait
// at both ends with a limit of time, which anonymous pipes do not allow.

#include "base/platform_channel.h"

#include <keyseat/error.h>
#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <ntsecapi.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "base/channel_windows.h"
#include "base/handle_windows.h"

namespace keyseat::platform {
namespace {

constexpr DWORD kPipeRoom = 1 << 16; // bytes that the system keeps for a reader that is busy

[[noreturn]] void channel_fails(DWORD error) {
   throw Error(ErrorCode::io,
               fmt::format("cannot make a pipe: {}", sdk::windows::error_text(error)));
}

} // namespace

PipeEnd::PipeEnd(Handle pipe)
      : pipe_(std::move(pipe)),
        hung_up_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)),
        sent_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)),
        header_read_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)),
        body_read_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)) {
   if (!hung_up_.is_open() || !sent_.is_open() || !header_read_.is_open() || !body_read_.is_open())
      channel_fails(::GetLastError());
}

PipeEnd::~PipeEnd() { hang_up(); }

// Whoever waits at this end sees the event; the pipe is closed when the last of them has left, and
// then the other end sees that.
void PipeEnd::hang_up() noexcept {
   const std::scoped_lock lock(mutex_);
   ::SetEvent(hung_up_.get());
   is_closing_ = true;
   if (users_ == 0) close_pipe();
}

void PipeEnd::close_pipe() noexcept {
   if (!pipe_.is_open()) return;
   if (reads_header_) {
      DWORD ignored = 0;
      ::CancelIoEx(pipe_.get(), &header_call_);
      ::GetOverlappedResult(pipe_.get(), &header_call_, &ignored, TRUE);
      reads_header_ = false;
   }
   pipe_.close();
}

bool PipeEnd::enter() noexcept {
   const std::scoped_lock lock(mutex_);
   if (is_closing_) return false;
   ++users_;
   return true;
}

void PipeEnd::leave() noexcept {
   const std::scoped_lock lock(mutex_);
   if (--users_ == 0 && is_closing_) close_pipe();
}

// Ends an operation that has begun: waits for it, for hang_up(), or until `time` has passed (0: none).
bool PipeEnd::finish(OVERLAPPED &call, DWORD time, DWORD &count) noexcept {
   const std::array events{call.hEvent, hung_up_.get()};
   const DWORD first = ::WaitForMultipleObjects(events.size(), events.data(), FALSE, time);
   if (first != WAIT_OBJECT_0) ::CancelIoEx(pipe_.get(), &call);
   return ::GetOverlappedResult(pipe_.get(), &call, &count, TRUE) != 0;
}

bool PipeEnd::write(BytesView bytes, DWORD time) noexcept {
   while (!bytes.empty()) {
      OVERLAPPED call{};
      call.hEvent = sent_.get();
      DWORD count = 0;
      const auto size = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), kPipeRoom));
      if (::WriteFile(pipe_.get(), bytes.data(), size, nullptr, &call) == 0 &&
          ::GetLastError() != ERROR_IO_PENDING) {
         return false;
      }
      if (!finish(call, time, count) || count == 0) return false;
      bytes = bytes.sub(count);
   }
   return true;
}

// A frame that is cut off cannot be gone on with: the connection ends.
bool PipeEnd::send(BytesView frame, std::uint32_t time) noexcept {
   if (frame.size() > MAXDWORD || !enter()) return false;
   std::array<std::uint8_t, kHeaderSize> header{};
   const auto size = static_cast<std::uint32_t>(frame.size());
   std::memcpy(header.data(), &size, sizeof size);
   const bool sent = write(BytesView(header.data(), header.size()), time) && write(frame, time);
   leave();
   if (!sent) hang_up();
   return sent;
}

bool PipeEnd::begin_header() noexcept {
   if (reads_header_) return true;
   header_call_ = {};
   header_call_.hEvent = header_read_.get();
   if (::ReadFile(pipe_.get(), header_.data(), kHeaderSize, nullptr, &header_call_) == 0 &&
       ::GetLastError() != ERROR_IO_PENDING) {
      return false;
   }
   reads_header_ = true;
   return true;
}

bool PipeEnd::wait(std::uint32_t time) noexcept {
   if (!enter()) return true;
   bool ready = true;
   if (begin_header()) {
      const std::array events{header_read_.get(), hung_up_.get()};
      ready = ::WaitForMultipleObjects(events.size(), events.data(), FALSE, time) != WAIT_TIMEOUT;
   }
   leave();
   return ready;
}

// The size of the next frame; none when the other end is gone.
std::optional<std::uint32_t> PipeEnd::take_header() noexcept {
   if (!begin_header()) return std::nullopt;
   DWORD count = 0;
   reads_header_ = false;
   if (!finish(header_call_, INFINITE, count)) return std::nullopt;
   if (count != kHeaderSize && !read({header_.data() + count, kHeaderSize - count}))
      return std::nullopt;
   std::uint32_t size = 0;
   std::memcpy(&size, header_.data(), sizeof size);
   return size;
}

bool PipeEnd::read(std::span<std::uint8_t> bytes) noexcept {
   while (!bytes.empty()) {
      OVERLAPPED call{};
      call.hEvent = body_read_.get();
      DWORD count = 0;
      const auto size = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), kPipeRoom));
      if (::ReadFile(pipe_.get(), bytes.data(), size, nullptr, &call) == 0 &&
          ::GetLastError() != ERROR_IO_PENDING) {
         return false;
      }
      if (!finish(call, INFINITE, count) || count == 0) return false;
      bytes = bytes.subspan(count);
   }
   return true;
}

bool PipeEnd::skip(std::uint32_t size) noexcept {
   std::array<std::uint8_t, 4096> chunk{};
   bool read_it = true;
   while (read_it && size > 0) {
      const auto part = std::min<std::uint32_t>(size, chunk.size());
      read_it = read({chunk.data(), part});
      size -= part;
   }
   ::SecureZeroMemory(chunk.data(), chunk.size());
   return read_it;
}

std::optional<SecretBytes> PipeEnd::receive(SecretMemory memory, std::size_t limit) {
   if (!enter()) return std::nullopt;
   const auto size = take_header();
   std::optional<SecretBytes> frame;
   try {
      if (size && *size <= limit) {
         frame.emplace(memory, *size);
         if (!read({frame->data(), frame->size()})) frame.reset();
      } else if (size && skip(*size)) {
         frame.emplace(memory);
      }
   } catch (...) {
      leave();
      throw;
   }
   leave();
   return frame;
}

// -- Channel -----------------------------------------------------------------------------------------

Channel &Channel::operator=(Channel &&other) noexcept {
   if (this != &other) {
      close();
      handle_ = std::exchange(other.handle_, kNone);
   }
   return *this;
}

// The name is drawn, taken by the first end alone, for this user alone, and gone with the second.
std::pair<Channel, Channel> Channel::make() {
   std::array<std::uint64_t, 2> random{};
   if (::RtlGenRandom(random.data(), sizeof random) == 0) channel_fails(ERROR_GEN_FAILURE);
   const std::string text = fmt::format(R"(\\.\pipe\keyseat-{:016x}{:016x})", random[0], random[1]);
   const std::wstring name = sdk::windows::to_wide(text).value();
   const auto descriptor = sdk::windows::make_security_descriptor(sdk::windows::Audience::owner);
   if (descriptor == nullptr) channel_fails(::GetLastError());
   SECURITY_ATTRIBUTES attributes{sizeof(SECURITY_ATTRIBUTES), descriptor.get(), FALSE};
   Handle one(::CreateNamedPipeW(
         name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
         PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS, 1, kPipeRoom, kPipeRoom, 0, &attributes));
   if (!one.is_open()) channel_fails(::GetLastError());
   Handle other(::CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                              FILE_FLAG_OVERLAPPED, nullptr));
   if (!other.is_open()) channel_fails(::GetLastError());
   return {channel_of_pipe(std::move(one)), channel_of_pipe(std::move(other))};
}

Channel channel_of_pipe(Handle pipe) {
   return Channel(reinterpret_cast<std::intptr_t>(new PipeEnd(std::move(pipe))));
}

PipeEnd &pipe_of(const Channel &channel) { return *reinterpret_cast<PipeEnd *>(channel.handle()); }

bool Channel::send(BytesView frame) noexcept { return pipe_of(*this).send(frame, INFINITE); }

bool Channel::send_at_once(BytesView frame) noexcept { return pipe_of(*this).send(frame, 0); }

bool Channel::wait(Time time) noexcept {
   const auto longest = static_cast<std::int64_t>(INFINITE - 1);
   return pipe_of(*this).wait(
         static_cast<std::uint32_t>(std::clamp<std::int64_t>(time.count(), 0, longest)));
}

std::optional<SecretBytes> Channel::receive(SecretMemory memory, std::size_t limit) {
   return pipe_of(*this).receive(memory, limit);
}

void Channel::hang_up() noexcept { pipe_of(*this).hang_up(); }

void Channel::close() noexcept {
   if (handle_ != kNone) delete reinterpret_cast<PipeEnd *>(std::exchange(handle_, kNone));
}

} // namespace keyseat::platform
