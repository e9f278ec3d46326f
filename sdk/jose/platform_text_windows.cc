// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/windows/text.h>

#include <windows.h>

namespace keyseat::sdk::windows {
namespace {

constexpr std::size_t kMaxText = std::size_t{1} << 30; // the functions count in int

} // namespace

std::optional<std::wstring> to_wide(std::string_view text) {
   if (text.empty()) return std::wstring();
   if (text.size() > kMaxText) return std::nullopt;
   const int size = static_cast<int>(text.size());
   const int needed =
         ::MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), size, nullptr, 0);
   if (needed <= 0) return std::nullopt;
   std::wstring wide(static_cast<std::size_t>(needed), L'\0');
   ::MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.data(), size, wide.data(), needed);
   return wide;
}

std::string to_utf8(std::wstring_view text) {
   if (text.empty() || text.size() > kMaxText) return {};
   const int size = static_cast<int>(text.size());
   const int needed =
         ::WideCharToMultiByte(CP_UTF8, 0, text.data(), size, nullptr, 0, nullptr, nullptr);
   if (needed <= 0) return {};
   std::string utf8(static_cast<std::size_t>(needed), '\0');
   ::WideCharToMultiByte(CP_UTF8, 0, text.data(), size, utf8.data(), needed, nullptr, nullptr);
   return utf8;
}

std::wstring long_path(std::wstring_view path) {
   if (path.empty() || path.find(L'\0') != std::wstring_view::npos) return {};
   const std::wstring given(path);
   const DWORD needed = ::GetFullPathNameW(given.c_str(), 0, nullptr, nullptr);
   std::wstring full(needed, L'\0');
   const DWORD size = ::GetFullPathNameW(given.c_str(), needed, full.data(), nullptr);
   if (size == 0 || size >= needed) return {};
   full.resize(size);
   if (full.rfind(L"\\\\?\\", 0) == 0 || full.rfind(L"\\\\.\\", 0) == 0) return full;
   if (full.rfind(L"\\\\", 0) == 0) return L"\\\\?\\UNC" + full.substr(1);
   return L"\\\\?\\" + full;
}

std::string error_text(std::uint32_t code) {
   wchar_t *text = nullptr;
   const DWORD size =
         ::FormatMessageW(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                                FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
                          nullptr, code, 0, reinterpret_cast<wchar_t *>(&text), 0, nullptr);
   std::string message = to_utf8({text, size});
   ::LocalFree(text);
   while (!message.empty() && (message.back() == ' ' || message.back() == '.'))
      message.pop_back();
   return message.empty() ? "Windows error " + std::to_string(code) : message;
}

} // namespace keyseat::sdk::windows
