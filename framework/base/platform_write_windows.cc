// SPDX-License-Identifier: Apache-2.0
//
// Windows: writing files and standard output.

#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/rename.h>
#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <aclapi.h>
#include <ntsecapi.h>

#include <algorithm>

#include "base/file_windows.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat::platform {

namespace fs = std::filesystem;
using sdk::windows::SecurityDescriptor;

namespace {

// 0 or an error.
DWORD write_all(HANDLE file, BytesView content) {
   while (!content.empty()) {
      DWORD written = 0;
      const auto size = static_cast<DWORD>(std::min(content.size(), kMostAtOnce));
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

bool is_link(const std::wstring &name) {
   const DWORD attributes = ::GetFileAttributesW(name.c_str());
   return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
}

Target resolve_target(const fs::path &path) {
   // What stays as it was, of all attributes: the others are the file system's own.
   constexpr DWORD kKept =
         FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
   Target target;
   target.name = system_path("write", path);
   if (path.filename().empty()) fail("write", path, ERROR_DIRECTORY);
   const Handle file = open_existing(target.name, access_to_facts());
   if (!file.is_open()) {
      const DWORD error = ::GetLastError();
      if (!is_absent(error)) fail("write", path, error);
      return target;
   }
   const FileKind kind = kind_of(file.get());
   if (kind.is_folder) throw file_error(ErrorCode::io, "write", path, "it is a folder");
   target.exists = true;
   target.direct = !kind.is_regular;
   if (target.direct) return target;
   // Not every file system can say the final name, nor can Wine beyond 260 characters.
   if (is_link(target.name)) target.name = final_name(file.get(), path);
   target.attributes = kind.attributes & kKept;
   PSECURITY_DESCRIPTOR descriptor = nullptr;
   const DWORD error = ::GetSecurityInfo(file.get(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION,
                                         nullptr, nullptr, nullptr, nullptr, &descriptor);
   if (error != ERROR_SUCCESS) fail("write", path, error);
   target.descriptor = {descriptor, [](void *p) { ::LocalFree(p); }};
   return target;
}

void write_directly(const Target &target, const fs::path &path, BytesView content) {
   const Handle file = open_existing(target.name, GENERIC_WRITE);
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

namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

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
      for (int back = 0; back < 3 && end < text.size() && is_continuation(text[end]); ++back)
         --end; // not within a character
      auto wide = sdk::windows::to_wide(text.substr(at, end - at));
      if (!wide) return write_all(output, content.sub(at)); // no UTF-8: as it is
      DWORD written = 0;
      const bool done = ::WriteConsoleW(output, wide->data(), static_cast<DWORD>(wide->size()),
                                        &written, nullptr) != 0;
      const DWORD error = done ? ERROR_SUCCESS : ::GetLastError();
      wipe(wide->data(), wide->size() * sizeof(wchar_t));
      if (!done) return error;
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

} // namespace keyseat::platform
