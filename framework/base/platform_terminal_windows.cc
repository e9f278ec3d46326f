// SPDX-License-Identifier: Apache-2.0
//
// Windows: asking on the console, and writing to it in UTF-8.

#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <atomic>
#include <mutex>

#include "base/handle_windows.h"
#include "base/platform.h"

namespace keyseat::platform {
namespace {

constexpr std::size_t kMaxAnswer = 65536; // bytes of UTF-16

[[noreturn]] void terminal_fails(DWORD error) {
   throw Error(ErrorCode::io,
               fmt::format("the console fails: {}", sdk::windows::error_text(error)));
}

Handle open_console(const wchar_t *name) {
   return Handle(::CreateFileW(name, GENERIC_READ | GENERIC_WRITE,
                               FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0,
                               nullptr));
}

std::atomic<bool> interrupted{false};

BOOL WINAPI note_interrupt(DWORD event) {
   if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT) return FALSE;
   interrupted = true;
   return TRUE; // the process goes on, and puts the console in order
}

// Keeps Ctrl-C from ending the process while it lives.
class InterruptCatcher {
 public:
   InterruptCatcher() {
      interrupted = false;
      ::SetConsoleCtrlHandler(note_interrupt, TRUE);
   }
   InterruptCatcher(const InterruptCatcher &) = delete;
   InterruptCatcher &operator=(const InterruptCatcher &) = delete;
   ~InterruptCatcher() { ::SetConsoleCtrlHandler(note_interrupt, FALSE); }
};

// Line input, with or without echo, while it lives.
class LineMode {
 public:
   LineMode(HANDLE console, bool echo) : console_(console) {
      if (::GetConsoleMode(console_, &before_) == 0) terminal_fails(::GetLastError());
      const DWORD mode =
            ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT | (echo ? ENABLE_ECHO_INPUT : 0);
      if (::SetConsoleMode(console_, mode) == 0) terminal_fails(::GetLastError());
   }
   LineMode(const LineMode &) = delete;
   LineMode &operator=(const LineMode &) = delete;
   ~LineMode() { ::SetConsoleMode(console_, before_); }

 private:
   HANDLE console_;
   DWORD before_ = 0;
};

void show(HANDLE console, std::string_view text) {
   const std::wstring wide = sdk::windows::to_wide(text).value_or(L"?");
   DWORD written = 0;
   ::WriteConsoleW(console, wide.data(), static_cast<DWORD>(wide.size()), &written, nullptr);
}

// UTF-16 in secret memory to UTF-8 there.
SecretBytes to_secret_utf8(SecretMemory memory, const SecretBytes &line) {
   const auto *text = reinterpret_cast<const wchar_t *>(line.data());
   const auto size = static_cast<int>(line.size() / sizeof(wchar_t));
   SecretBytes utf8(memory);
   if (size == 0) return utf8;
   const int needed = ::WideCharToMultiByte(CP_UTF8, 0, text, size, nullptr, 0, nullptr, nullptr);
   if (needed <= 0) terminal_fails(::GetLastError());
   utf8.resize(static_cast<std::size_t>(needed));
   ::WideCharToMultiByte(CP_UTF8, 0, text, size, reinterpret_cast<char *>(utf8.data()), needed,
                         nullptr, nullptr);
   return utf8;
}

// One line without its end; none at the end of input (Ctrl-Z).
std::optional<SecretBytes> read_answer(SecretMemory memory, HANDLE console) {
   constexpr DWORD kChunk = 256; // characters
   SecretBytes line(memory);
   while (line.size() <= kMaxAnswer) {
      const std::size_t before = line.size();
      line.resize(before + kChunk * sizeof(wchar_t));
      DWORD got = 0;
      const bool read = ::ReadConsoleW(console, line.data() + before, kChunk, &got, nullptr) != 0;
      const DWORD error = ::GetLastError();
      if (interrupted || (got == 0 && error == ERROR_OPERATION_ABORTED)) {
         throw Error(ErrorCode::declined, "the prompt was interrupted");
      }
      if (!read) terminal_fails(error);
      line.resize(before + got * sizeof(wchar_t));
      const auto *text = reinterpret_cast<const wchar_t *>(line.data());
      const std::size_t size = line.size() / sizeof(wchar_t);
      constexpr wchar_t kCtrlZ = 0x1a;
      if (size == 0 || text[0] == kCtrlZ) return std::nullopt;
      if (text[size - 1] != L'\n') continue;
      const bool has_cr = size > 1 && text[size - 2] == L'\r';
      line.resize((size - (has_cr ? 2 : 1)) * sizeof(wchar_t));
      return to_secret_utf8(memory, line);
   }
   terminal_fails(ERROR_BUFFER_OVERFLOW);
}

bool is_console(DWORD which) {
   DWORD mode = 0;
   return ::GetConsoleMode(::GetStdHandle(which), &mode) != 0;
}

} // namespace

bool stdout_is_terminal() { return is_console(STD_OUTPUT_HANDLE); }

// One that does not understand the sequences for colours is treated as none.
bool stderr_is_terminal() {
   const HANDLE console = ::GetStdHandle(STD_ERROR_HANDLE);
   DWORD mode = 0;
   return ::GetConsoleMode(console, &mode) != 0 &&
          ::SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

bool has_terminal() { return open_console(L"CONIN$").is_open(); }

std::optional<SecretBytes> ask_terminal(SecretMemory memory, std::string_view prompt, bool echo) {
   static std::mutex one_prompt_at_a_time;
   const std::scoped_lock lock(one_prompt_at_a_time);
   const Handle input = open_console(L"CONIN$");
   const Handle output = open_console(L"CONOUT$");
   if (!input.is_open() || !output.is_open()) return std::nullopt;
   const InterruptCatcher interrupts;
   const LineMode mode(input.get(), echo);
   show(output.get(), prompt);
   std::optional<SecretBytes> answer = read_answer(memory, input.get());
   if (!echo) show(output.get(), "\n");
   return answer;
}

} // namespace keyseat::platform
