// SPDX-License-Identifier: Apache-2.0
//
// Windows: reading files, and who may do what with them.

#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <io.h>

#include <algorithm>

#include "base/file_windows.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat::platform {

namespace fs = std::filesystem;

Handle open_existing(const std::wstring &name, std::uint32_t access) {
   constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
   return Handle(::CreateFileW(name.c_str(), access, kShareAll, nullptr, OPEN_EXISTING,
                               FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

std::uint32_t access_to_facts() noexcept { return FILE_READ_ATTRIBUTES | READ_CONTROL; }

FileKind kind_of(void *file) {
   FileKind kind;
   BY_HANDLE_FILE_INFORMATION raw{};
   if (::GetFileType(file) != FILE_TYPE_DISK || ::GetFileInformationByHandle(file, &raw) == 0)
      return kind;
   kind.attributes = raw.dwFileAttributes;
   kind.is_folder = (raw.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
   kind.is_regular = !kind.is_folder;
   kind.size = (std::uint64_t{raw.nFileSizeHigh} << 32) | raw.nFileSizeLow;
   return kind;
}

std::wstring final_name(void *file, const fs::path &path) {
   const DWORD needed = ::GetFinalPathNameByHandleW(file, nullptr, 0, FILE_NAME_NORMALIZED);
   std::wstring name(needed, L'\0');
   const DWORD size = ::GetFinalPathNameByHandleW(file, name.data(), needed, FILE_NAME_NORMALIZED);
   if (size == 0 || size >= needed) fail("write", path, ::GetLastError());
   name.resize(size);
   return name;
}

namespace {

FileFacts facts_of(HANDLE file, const fs::path &path) {
   FileFacts facts;
   const FileKind kind = kind_of(file);
   facts.is_regular = kind.is_regular;
   facts.is_folder = kind.is_folder;
   if (!kind.is_regular && !kind.is_folder) return facts;
   sdk::windows::FileSecurity security;
   if (const DWORD error = sdk::windows::read_file_security(file, security); error != ERROR_SUCCESS)
      fail("look at", path, error);
   facts.owned_by_me = security.owned_by_me;
   facts.owned_by_root = security.owned_by_administrators;
   facts.owner = security.owner;
   facts.readable_by_others = security.readable_by_others;
   facts.writable_by_others = security.writable_by_others;
   facts.others_only_add = security.others_only_add;
   return facts;
}

} // namespace

// -- reading -----------------------------------------------------------------------------------------

namespace {

// What can be read now, 0 at the end. A pipe whose writers are gone has ended.
std::size_t read_some(HANDLE file, std::uint8_t *to, std::size_t size, const fs::path &path) {
   DWORD got = 0;
   if (::ReadFile(file, to, static_cast<DWORD>(std::min(size, kMostAtOnce)), &got, nullptr) != 0) {
      return got;
   }
   const DWORD error = ::GetLastError();
   if (error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF) return 0;
   fail("read", path, error);
}

// Reads to the end; `expected` bytes are the best guess of how many come.
SecretBytes read_to_end(SecretMemory memory, HANDLE file, const fs::path &path,
                        std::uint64_t expected, std::size_t limit) {
   constexpr std::size_t kChunk = 65536;
   const auto too_long = [&] {
      return file_error(ErrorCode::io, "read", path, fmt::format("longer than {} bytes", limit));
   };
   if (expected > limit) throw too_long();
   const auto guess = static_cast<std::size_t>(expected);
   SecretBytes content(memory);
   content.reserve(guess + 1); // one byte more, to see the end
   std::size_t room = guess + 1;
   for (;;) {
      const std::size_t before = content.size();
      content.resize(before + room);
      const std::size_t got = read_some(file, content.data() + before, room, path);
      content.resize(before + got);
      if (got == 0) return content;
      if (content.size() > limit) throw too_long();
      room = content.size() <= guess ? guess + 1 - content.size() : kChunk;
   }
}

} // namespace

SecretBytes read_file(SecretMemory memory, const fs::path &path, std::size_t limit) {
   if (path == "-") {
      return read_to_end(memory, ::GetStdHandle(STD_INPUT_HANDLE), path, 0, limit);
   }
   const Handle file =
         open_existing(system_path("read", path), FILE_READ_DATA | FILE_READ_ATTRIBUTES);
   if (!file.is_open()) fail("read", path, ::GetLastError());
   const FileKind kind = kind_of(file.get());
   if (kind.is_folder) throw file_error(ErrorCode::io, "read", path, "it is a folder");
   return read_to_end(memory, file.get(), path, kind.size, limit);
}

SecretBytes read_regular_file(SecretMemory memory, const fs::path &path, std::size_t limit,
                              const FileCheck &check) {
   const Handle file = open_existing(system_path("read", path),
                                     FILE_READ_DATA | FILE_READ_ATTRIBUTES | READ_CONTROL);
   if (!file.is_open()) fail("read", path, ::GetLastError());
   const FileKind kind = kind_of(file.get());
   if (!kind.is_regular) throw file_error(ErrorCode::io, "read", path, "it is no regular file");
   if (check) check(facts_of(file.get(), path));
   return read_to_end(memory, file.get(), path, kind.size, limit);
}

std::string command_to_take_over(const fs::path &path) {
   return fmt::format("takeown /f \"{}\"", printable(path_text(path)));
}

// Everybody (S-1-1-0) reads.
std::string command_to_forbid_writing(const fs::path &path) {
   return command_to_keep_private(path) + R"( "*S-1-1-0:R")";
}

// What a folder passes on goes. A SID, since cmd and PowerShell write variables differently.
std::string command_to_keep_private(const fs::path &path) {
   return fmt::format(R"(icacls "{}" /inheritance:r /grant:r "*{}:F")", printable(path_text(path)),
                      sdk::windows::current_user_sid());
}

std::optional<FileFacts> file_facts(const fs::path &path) {
   const Handle file = open_existing(system_path("look at", path), access_to_facts());
   if (file.is_open()) return facts_of(file.get(), path);
   const DWORD error = ::GetLastError();
   if (is_absent(error)) return std::nullopt;
   fail("look at", path, error);
}

std::optional<SecretBytes> read_line(SecretMemory memory, int descriptor, std::size_t limit) {
   constexpr std::size_t kLongestLine = std::size_t{1} << 20;
   limit = std::min(limit, kLongestLine);
   const fs::path name = fmt::format("fd:{}", descriptor);
   // A descriptor of the C library, which a program of it passes on to the programs that it starts.
   auto *const file = reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor));
   if (file == INVALID_HANDLE_VALUE) fail("read", name, ERROR_INVALID_HANDLE);
   SecretBytes line(memory);
   bool ended = false;
   while (!ended && line.size() <= limit + 1) { // a CR may follow the longest line
      const std::size_t size = line.size();
      line.resize(size + 1);
      const std::size_t got = read_some(file, line.data() + size, 1, name);
      if (got == 0 && size == 0) return std::nullopt;
      ended = got == 0 || line.data()[size] == '\n';
      if (ended) line.resize(size > 0 && line.data()[size - 1] == '\r' ? size - 1 : size);
   }
   if (line.size() <= limit) return line;
   throw file_error(ErrorCode::io, "read", name,
                    fmt::format("a line is longer than {} bytes", limit));
}

// -- PinnedFile --------------------------------------------------------------------------------------

// While it is open nobody can write, rename or remove it, nor rename a folder above it.
PinnedFile::PinnedFile(const fs::path &path) : handle_(0), path_(path) {
   const std::wstring name = sdk::windows::long_path(path.native());
   HANDLE file = ::CreateFileW(name.c_str(), FILE_READ_DATA | FILE_READ_ATTRIBUTES | READ_CONTROL,
                               FILE_SHARE_READ, nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS,
                               nullptr);
   if (file == INVALID_HANDLE_VALUE) {
      throw file_error(ErrorCode::plugin_refused, "load", path,
                       sdk::windows::error_text(::GetLastError()));
   }
   handle_ = reinterpret_cast<std::intptr_t>(file);
   if (kind_of(file).is_regular) return;
   ::CloseHandle(file);
   throw file_error(ErrorCode::plugin_refused, "load", path, "no regular file");
}

PinnedFile::~PinnedFile() { ::CloseHandle(reinterpret_cast<HANDLE>(handle_)); }

FileFacts PinnedFile::facts() const { return facts_of(reinterpret_cast<HANDLE>(handle_), path_); }

PinnedFile::Identity PinnedFile::identity() const {
   constexpr std::int64_t kNanoseconds = 100; // in one tick of Windows' clock of files
   auto *const file = reinterpret_cast<HANDLE>(handle_);
   BY_HANDLE_FILE_INFORMATION info{};
   FILE_BASIC_INFO times{};
   if (::GetFileInformationByHandle(file, &info) == 0 ||
       ::GetFileInformationByHandleEx(file, FileBasicInfo, &times, sizeof times) == 0) {
      fail("look at", path_, ::GetLastError());
   }
   const auto joined = [](DWORD high, DWORD low) { return std::uint64_t{high} << 32 | low; };
   return {info.dwVolumeSerialNumber, joined(info.nFileIndexHigh, info.nFileIndexLow),
           joined(info.nFileSizeHigh, info.nFileSizeLow), times.ChangeTime.QuadPart * kNanoseconds};
}

Bytes PinnedFile::read(std::uint64_t offset, std::size_t size) const {
   auto *const file = reinterpret_cast<HANDLE>(handle_);
   LARGE_INTEGER start{};
   start.QuadPart = static_cast<LONGLONG>(offset);
   if (::SetFilePointerEx(file, start, nullptr, FILE_BEGIN) == 0)
      fail("read", path_, ::GetLastError());
   Bytes content(size);
   std::size_t filled = 0;
   while (filled < size) {
      const std::size_t got = read_some(file, content.data() + filled, size - filled, path_);
      if (got == 0) break;
      filled += got;
   }
   content.resize(filled);
   return content;
}

Bytes PinnedFile::read_all() const {
   constexpr std::size_t kChunk = 65536;
   auto *const file = reinterpret_cast<HANDLE>(handle_);
   LARGE_INTEGER start{};
   if (::SetFilePointerEx(file, start, nullptr, FILE_BEGIN) == 0)
      fail("read", path_, ::GetLastError());
   Bytes content;
   for (;;) {
      const std::size_t before = content.size();
      content.resize(before + kChunk);
      const std::size_t got = read_some(file, content.data() + before, kChunk, path_);
      content.resize(before + got);
      if (got == 0) return content;
   }
}

// Of one that was handed over only the handle is known.
fs::path PinnedFile::load_path() const {
   if (!path_.empty()) return path_;
   std::wstring name = final_name(reinterpret_cast<HANDLE>(handle_), path_);
   constexpr std::wstring_view kPrefix = LR"(\\?\)";
   constexpr std::wstring_view kNetwork = LR"(\\?\UNC\)";
   if (name.starts_with(kNetwork)) return L"\\\\" + name.substr(kNetwork.size());
   return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

} // namespace keyseat::platform
