// SPDX-License-Identifier: Apache-2.0
//
// Windows: reading and writing files.

#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/rename.h>
#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <aclapi.h>
#include <io.h>
#include <ntsecapi.h>

#include <algorithm>

#include "base/handle_windows.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat::platform {

namespace fs = std::filesystem;
using sdk::windows::SecurityDescriptor;

namespace {

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr DWORD kMostAtOnce = DWORD{1} << 30;
constexpr DWORD kFactsAccess = FILE_READ_ATTRIBUTES | READ_CONTROL;

// A folder opens too, and is told by its attributes.
Handle open_existing(const std::wstring &name, DWORD access, DWORD share) {
   return Handle(::CreateFileW(name.c_str(), access, share, nullptr, OPEN_EXISTING,
                               FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

struct Kind {
   bool is_folder = false;
   bool is_regular = false;
   std::uint64_t size = 0;
   DWORD attributes = 0;
};

Kind kind_of(HANDLE file) {
   Kind kind;
   BY_HANDLE_FILE_INFORMATION raw{};
   if (::GetFileType(file) != FILE_TYPE_DISK || ::GetFileInformationByHandle(file, &raw) == 0)
      return kind;
   kind.attributes = raw.dwFileAttributes;
   kind.is_folder = (raw.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
   kind.is_regular = !kind.is_folder;
   kind.size = (std::uint64_t{raw.nFileSizeHigh} << 32) | raw.nFileSizeLow;
   return kind;
}

// -- reading -----------------------------------------------------------------------------------------

// What can be read now, 0 at the end. A pipe whose writers are gone has ended.
std::size_t read_some(HANDLE file, std::uint8_t *to, std::size_t size, const fs::path &path) {
   DWORD got = 0;
   if (::ReadFile(file, to, static_cast<DWORD>(std::min<std::size_t>(size, kMostAtOnce)), &got,
                  nullptr) != 0) {
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

// -- writing -----------------------------------------------------------------------------------------

// 0 or an error.
DWORD write_all(HANDLE file, BytesView content) {
   while (!content.empty()) {
      DWORD written = 0;
      const auto size = static_cast<DWORD>(std::min<std::size_t>(content.size(), kMostAtOnce));
      if (::WriteFile(file, content.data(), size, &written, nullptr) == 0) return ::GetLastError();
      content = content.sub(written);
   }
   return ERROR_SUCCESS;
}

// What write_file() is asked to write to.
struct Target {
   std::wstring name; // links followed
   bool exists = false;
   bool direct = false; // a device or a pipe
   DWORD attributes = FILE_ATTRIBUTE_NORMAL;
   SecurityDescriptor descriptor{nullptr, nullptr}; // its DACL
};

std::wstring final_name(HANDLE file, const fs::path &path) {
   const DWORD needed = ::GetFinalPathNameByHandleW(file, nullptr, 0, FILE_NAME_NORMALIZED);
   std::wstring name(needed, L'\0');
   const DWORD size = ::GetFinalPathNameByHandleW(file, name.data(), needed, FILE_NAME_NORMALIZED);
   if (size == 0 || size >= needed) fail("write", path, ::GetLastError());
   name.resize(size);
   return name;
}

Target resolve_target(const fs::path &path) {
   // What stays as it was, of all attributes: the others are the file system's own.
   constexpr DWORD kKept =
         FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
   Target target;
   target.name = system_path("write", path);
   if (path.filename().empty()) fail("write", path, ERROR_DIRECTORY);
   const Handle file = open_existing(target.name, kFactsAccess, kShareAll);
   if (!file.is_open()) {
      const DWORD error = ::GetLastError();
      if (!is_absent(error)) fail("write", path, error);
      return target;
   }
   const Kind kind = kind_of(file.get());
   if (kind.is_folder) throw file_error(ErrorCode::io, "write", path, "it is a folder");
   target.exists = true;
   target.direct = !kind.is_regular;
   if (target.direct) return target;
   target.name = final_name(file.get(), path);
   target.attributes = kind.attributes & kKept;
   PSECURITY_DESCRIPTOR descriptor = nullptr;
   const DWORD error = ::GetSecurityInfo(file.get(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION,
                                         nullptr, nullptr, nullptr, nullptr, &descriptor);
   if (error != ERROR_SUCCESS) fail("write", path, error);
   target.descriptor = {descriptor, [](void *p) { ::LocalFree(p); }};
   return target;
}

void write_directly(const Target &target, const fs::path &path, BytesView content) {
   const Handle file(::CreateFileW(target.name.c_str(), GENERIC_WRITE, kShareAll, nullptr,
                                   OPEN_EXISTING, 0, nullptr));
   if (!file.is_open()) fail("write", path, ::GetLastError());
   if (const DWORD error = write_all(file.get(), content); error != ERROR_SUCCESS)
      fail("write", path, error);
}

// A file with a random name beside the target; it is removed unless it has taken the target's place.
class TemporaryFile {
 public:
   TemporaryFile(const Target &target, const fs::path &path, void *descriptor)
         : target_(target), path_(path), file_(nullptr) {
      SECURITY_ATTRIBUTES attributes{sizeof(SECURITY_ATTRIBUTES), descriptor, FALSE};
      const std::wstring folder = target.name.substr(0, target.name.rfind(L'\\') + 1);
      HANDLE file = INVALID_HANDLE_VALUE;
      do {
         std::uint64_t random = 0;
         if (::RtlGenRandom(&random, sizeof random) == 0) fail("write", path, ERROR_GEN_FAILURE);
         name_ =
               folder + sdk::windows::to_wide(fmt::format(".keyseat-{:016x}.tmp", random)).value();
         file = ::CreateFileW(name_.c_str(), GENERIC_WRITE, 0,
                              descriptor == nullptr ? nullptr : &attributes, CREATE_NEW,
                              target.attributes, nullptr);
      } while (file == INVALID_HANDLE_VALUE && ::GetLastError() == ERROR_FILE_EXISTS);
      if (file == INVALID_HANDLE_VALUE) fail("write", path, ::GetLastError());
      file_.emplace(file);
   }
   TemporaryFile(const TemporaryFile &) = delete;
   TemporaryFile &operator=(const TemporaryFile &) = delete;
   ~TemporaryFile() {
      file_.reset();
      if (!name_.empty()) ::DeleteFileW(name_.c_str());
   }

   void write(BytesView content) {
      DWORD error = write_all(file_->get(), content);
      if (error == ERROR_SUCCESS && ::FlushFileBuffers(file_->get()) == 0) error = ::GetLastError();
      file_.reset();
      if (error != ERROR_SUCCESS) fail("write", path_, error);
   }

   void take_place(bool replace) {
      const DWORD error = sdk::windows::rename_file(name_, target_.name, replace);
      if (error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS) {
         throw file_error(ErrorCode::output_exists, "write", path_, "it exists already");
      }
      if (error != ERROR_SUCCESS) fail("write", path_, error);
      name_.clear();
   }

 private:
   const Target &target_;
   const fs::path &path_;
   std::wstring name_;
   std::optional<Handle> file_;
};

} // namespace

SecretBytes read_file(SecretMemory memory, const fs::path &path, std::size_t limit) {
   if (path == "-") {
      return read_to_end(memory, ::GetStdHandle(STD_INPUT_HANDLE), path, 0, limit);
   }
   const Handle file =
         open_existing(system_path("read", path), FILE_READ_DATA | FILE_READ_ATTRIBUTES, kShareAll);
   if (!file.is_open()) fail("read", path, ::GetLastError());
   const Kind kind = kind_of(file.get());
   if (kind.is_folder) throw file_error(ErrorCode::io, "read", path, "it is a folder");
   return read_to_end(memory, file.get(), path, kind.size, limit);
}

SecretBytes read_regular_file(SecretMemory memory, const fs::path &path, std::size_t limit) {
   const Handle file =
         open_existing(system_path("read", path), FILE_READ_DATA | FILE_READ_ATTRIBUTES, kShareAll);
   if (!file.is_open()) fail("read", path, ::GetLastError());
   const Kind kind = kind_of(file.get());
   if (!kind.is_regular) throw file_error(ErrorCode::io, "read", path, "it is no regular file");
   return read_to_end(memory, file.get(), path, kind.size, limit);
}

void write_file(const fs::path &path, BytesView content, const WriteOptions &options) {
   const Target target = resolve_target(path);
   if (target.direct) return write_directly(target, path, content);
   if (target.exists && !options.replace) {
      throw file_error(ErrorCode::output_exists, "write", path, "it exists already");
   }
   SecurityDescriptor for_owner(nullptr, nullptr);
   void *descriptor = target.descriptor.get();
   if (options.holds_secret) {
      for_owner = sdk::windows::make_security_descriptor(sdk::windows::Audience::owner);
      if (for_owner == nullptr) fail("write", path, ::GetLastError());
      descriptor = for_owner.get();
   }
   TemporaryFile temporary(target, path, descriptor);
   temporary.write(content);
   temporary.take_place(options.replace);
}

std::error_code make_private_folder(const fs::path &folder) {
   const std::wstring name = sdk::windows::long_path(folder.native());
   const auto descriptor =
         sdk::windows::make_security_descriptor(sdk::windows::Audience::owner_of_folder);
   SECURITY_ATTRIBUTES attributes{sizeof(SECURITY_ATTRIBUTES), descriptor.get(), FALSE};
   if (descriptor != nullptr && ::CreateDirectoryW(name.c_str(), &attributes) != 0) return {};
   const DWORD error = ::GetLastError();
   if (error == ERROR_ALREADY_EXISTS) return {};
   return {static_cast<int>(error), std::system_category()};
}

std::string command_to_take_over(const fs::path &path) {
   return fmt::format("takeown /f \"{}\"", printable(path_text(path)));
}

// Both leave the owner as the only one; what a folder passes on goes.
std::string command_to_forbid_writing(const fs::path &path) {
   return command_to_keep_private(path);
}

std::string command_to_keep_private(const fs::path &path) {
   return fmt::format(R"(icacls "{}" /inheritance:r /grant:r "%USERNAME%:F")",
                      printable(path_text(path)));
}

namespace {

// To a console as characters, to everything else as bytes.
DWORD write_standard(DWORD which, BytesView content) {
   const HANDLE output = ::GetStdHandle(which);
   if (output == nullptr || output == INVALID_HANDLE_VALUE) return ERROR_INVALID_HANDLE;
   DWORD mode = 0;
   if (::GetConsoleMode(output, &mode) == 0) return write_all(output, content);
   const std::string_view text = as_text(content);
   constexpr std::size_t kMostOfConsole = 8192; // bytes; older consoles take 64 KiB at once
   for (std::size_t at = 0; at < text.size();) {
      std::size_t end = std::min(text.size(), at + kMostOfConsole);
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
         --end; // not within a character
      const auto wide = sdk::windows::to_wide(text.substr(at, end - at));
      if (!wide) return write_all(output, content.sub(at)); // no UTF-8: as it is
      DWORD written = 0;
      if (::WriteConsoleW(output, wide->data(), static_cast<DWORD>(wide->size()), &written,
                          nullptr) == 0) {
         return ::GetLastError();
      }
      at = end;
   }
   return ERROR_SUCCESS;
}

} // namespace

void write_stdout(BytesView content) {
   const DWORD error = write_standard(STD_OUTPUT_HANDLE, content);
   if (error == ERROR_SUCCESS) return;
   throw Error(ErrorCode::io,
               fmt::format("cannot write to standard output: {}", sdk::windows::error_text(error)));
}

void write_stderr(std::string_view text) noexcept {
   try {
      write_standard(STD_ERROR_HANDLE, as_bytes(text));
   } catch (const std::bad_alloc &) { // nobody can be told
      return;
   }
}

namespace {

FileFacts facts_of(HANDLE file, const fs::path &path) {
   FileFacts facts;
   const Kind kind = kind_of(file);
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

std::optional<FileFacts> file_facts(const fs::path &path) {
   const Handle file = open_existing(system_path("look at", path), kFactsAccess, kShareAll);
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
