// SPDX-License-Identifier: Apache-2.0
#include "platform.h"

#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/rename.h>
#include <keyseat/sdk/windows/text.h>

#include <windows.h>

#include <algorithm>
#include <array>

namespace keyseat::sdk::jose::platform {
namespace {

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr DWORD kMostAtOnce = DWORD{1} << 30;

bool is_absent(DWORD code) {
   return code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND ||
          code == ERROR_INVALID_NAME || code == ERROR_BAD_NETPATH || code == ERROR_NOT_READY;
}

// "cannot read dev.jwk: Access is denied", with the status that `code` deserves.
Failure file_failure(const char *verb, const std::string &path, DWORD code) {
   keyseat_status status = KEYSEAT_E_IO;
   if (code == ERROR_ACCESS_DENIED || code == ERROR_WRITE_PROTECT) status = KEYSEAT_E_DENIED;
   if (code == ERROR_FILE_EXISTS || code == ERROR_ALREADY_EXISTS) status = KEYSEAT_E_KEY_EXISTS;
   return Failure(status,
                  std::string("cannot ") + verb + " " + path + ": " + windows::error_text(code))
         .with_native("win32", code);
}

Failure missing(const std::string &path, DWORD code) {
   return Failure(KEYSEAT_E_KEY_MISSING, "there is no file " + path).with_native("win32", code);
}

std::wstring system_path(const std::string &path) {
   std::wstring wide = windows::long_path(windows::to_wide(path).value_or(std::wstring()));
   if (wide.empty())
      throw Failure(KEYSEAT_E_CONFIG,
                    "the path of the key file is empty, no UTF-8, or has a NUL inside");
   return wide;
}

class File {
 public:
   explicit File(HANDLE handle) : handle_(handle) {}
   ~File() { close(); }
   File(const File &) = delete;
   File &operator=(const File &) = delete;
   HANDLE get() const { return handle_; }
   bool is_open() const { return handle_ != INVALID_HANDLE_VALUE; }
   void close() {
      if (is_open()) ::CloseHandle(handle_);
      handle_ = INVALID_HANDLE_VALUE;
   }

 private:
   HANDLE handle_;
};

windows::FileSecurity security_of(const File &file, const std::string &path) {
   windows::FileSecurity security;
   const DWORD error = windows::read_file_security(file.get(), security);
   if (error != ERROR_SUCCESS) throw file_failure("see the owner of", path, error);
   return security;
}

// A SID, since cmd and PowerShell write variables differently.
std::string icacls(const std::string &path) {
   return "icacls \"" + path + "\" /inheritance:r /grant:r \"*" + windows::current_user_sid() +
          ":F\"";
}

void check_security(const File &file, const std::string &path, bool is_private) {
   const windows::FileSecurity security = security_of(file, path);
   if (!security.owned_by_me && !security.owned_by_administrators) {
      throw Failure(KEYSEAT_E_DENIED, "the key file " + path + " belongs to another user")
            .with_hint("make it your own: takeown /f \"" + path + "\"");
   }
   if (is_private && (security.readable_by_others || security.writable_by_others)) {
      throw Failure(KEYSEAT_E_DENIED, "others may read or write the key file " + path)
            .with_hint("keep it to yourself: " + icacls(path));
   }
   // Whoever can write a public key decides who can read what is encrypted to it.
   if (security.writable_by_others) {
      throw Failure(KEYSEAT_E_DENIED, "others may write the public key file " + path)
            .with_hint("see whose key it holds, then let others read it only: " + icacls(path) +
                       " \"*S-1-1-0:R\"");
   }
}

std::size_t read_some(const File &file, std::uint8_t *out, std::size_t size,
                      const std::string &path) {
   DWORD count = 0;
   const auto wanted = static_cast<DWORD>(std::min<std::size_t>(size, kMostAtOnce));
   if (::ReadFile(file.get(), out, wanted, &count, nullptr) == 0)
      throw file_failure("read", path, ::GetLastError());
   return count;
}

std::wstring draw_temporary_name(const std::wstring &path) {
   std::array<std::uint8_t, 8> random{};
   random_bytes(random.data(), random.size());
   const std::size_t name = path.rfind(L'\\') + 1;
   return path.substr(0, name) + L"." + path.substr(name) + L"." +
          windows::to_wide(hex_encode(random)).value_or(std::wstring()) + L".tmp";
}

// A file under a temporary name, removed unless it has got its own.
class TemporaryFile {
 public:
   TemporaryFile(const std::string &target, bool is_private)
         : target_(target),
           final_name_(system_path(target)),
           name_(draw_temporary_name(final_name_)),
           file_(create(name_, is_private)) {
      if (!file_.is_open()) {
         const DWORD error = ::GetLastError();
         Failure failure = file_failure("create a file beside", target, error);
         if (error != ERROR_PATH_NOT_FOUND) throw failure;
         throw std::move(failure).with_hint("create the folder first");
      }
   }
   ~TemporaryFile() {
      file_.close();
      if (is_temporary_) ::DeleteFileW(name_.c_str());
   }
   TemporaryFile(const TemporaryFile &) = delete;
   TemporaryFile &operator=(const TemporaryFile &) = delete;

   void fill(BytesView content) {
      while (!content.empty()) {
         DWORD count = 0;
         const auto size = static_cast<DWORD>(std::min<std::size_t>(content.size(), kMostAtOnce));
         if (::WriteFile(file_.get(), content.data(), size, &count, nullptr) == 0)
            throw file_failure("write", target_, ::GetLastError());
         content = content.sub(count);
      }
      if (::FlushFileBuffers(file_.get()) == 0)
         throw file_failure("write", target_, ::GetLastError());
      file_.close();
   }

   // Without `replace`, a file that is there, or appears meanwhile, stays: Windows looks and renames in
   // one step.
   void become_target(bool replace) {
      const DWORD error = windows::rename_file(name_, final_name_, replace);
      if (error != ERROR_SUCCESS)
         throw file_failure(replace ? "replace" : "create", target_, error);
      is_temporary_ = false;
   }

 private:
   static HANDLE create(const std::wstring &name, bool is_private) {
      const windows::SecurityDescriptor descriptor = windows::make_security_descriptor(
            is_private ? windows::Audience::owner : windows::Audience::everybody);
      if (descriptor == nullptr) return INVALID_HANDLE_VALUE;
      SECURITY_ATTRIBUTES attributes{sizeof(SECURITY_ATTRIBUTES), descriptor.get(), FALSE};
      return ::CreateFileW(name.c_str(), GENERIC_WRITE, 0, &attributes, CREATE_NEW,
                           FILE_ATTRIBUTE_NORMAL, nullptr);
   }

   const std::string &target_;
   const std::wstring final_name_;
   const std::wstring name_;
   File file_;
   bool is_temporary_ = true;
};

} // namespace

SecretBytes read_file(SecretMemory memory, const std::string &path, bool is_private,
                      std::size_t limit) {
   const std::wstring name = system_path(path);
   // A folder, too, opens with backup semantics: it is then refused by its kind.
   const File file(::CreateFileW(name.c_str(), FILE_READ_DATA | FILE_READ_ATTRIBUTES | READ_CONTROL,
                                 kShareAll, nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS,
                                 nullptr));
   if (!file.is_open()) {
      const DWORD error = ::GetLastError();
      if (is_absent(error)) throw missing(path, error);
      throw file_failure("open", path, error);
   }
   BY_HANDLE_FILE_INFORMATION facts{};
   if (::GetFileType(file.get()) != FILE_TYPE_DISK ||
       ::GetFileInformationByHandle(file.get(), &facts) == 0 ||
       (facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
      throw Failure(KEYSEAT_E_DENIED, path + " is no regular file");
   }
   check_security(file, path, is_private);

   const auto too_large = [&] {
      return Failure(KEYSEAT_E_LIMIT, path + " is larger than a key file may be (" +
                                            std::to_string(limit) + " bytes)");
   };
   if (facts.nFileSizeHigh != 0 || facts.nFileSizeLow > limit) throw too_large();
   // Room for one byte more than there should be shows a file that grows meanwhile.
   SecretBytes content(memory, std::size_t{facts.nFileSizeLow} + 1);
   std::size_t size = 0;
   while (const std::size_t count =
                read_some(file, content.data() + size, content.size() - size, path)) {
      size += count;
      if (size > limit) throw too_large();
      if (size == content.size()) content.resize(size + size / 2 + 1);
   }
   content.resize(size);
   return content;
}

void write_file(const std::string &path, BytesView content, bool is_private, bool replace) {
   TemporaryFile file(path, is_private);
   file.fill(content);
   file.become_target(replace);
}

bool file_exists(const std::string &path) {
   if (::GetFileAttributesW(system_path(path).c_str()) != INVALID_FILE_ATTRIBUTES) return true;
   const DWORD error = ::GetLastError();
   if (is_absent(error)) return false;
   throw Failure(KEYSEAT_E_IO, "cannot look for " + path + ": " + windows::error_text(error))
         .with_native("win32", error);
}

void remove_file(const std::string &path) {
   if (::DeleteFileW(system_path(path).c_str()) != 0) return;
   const DWORD error = ::GetLastError();
   if (is_absent(error)) throw missing(path, error);
   throw file_failure("remove", path, error);
}

std::int64_t file_time(const std::string &path) {
   // FILETIME counts 100 ns from 1601.
   constexpr std::int64_t kTicksPerSecond = 10'000'000;
   constexpr std::int64_t kSecondsTo1970 = 11'644'473'600;
   WIN32_FILE_ATTRIBUTE_DATA facts{};
   if (::GetFileAttributesExW(system_path(path).c_str(), GetFileExInfoStandard, &facts) == 0)
      return 0;
   const auto ticks =
         static_cast<std::int64_t>((std::uint64_t{facts.ftLastWriteTime.dwHighDateTime} << 32) |
                                   facts.ftLastWriteTime.dwLowDateTime);
   return ticks / kTicksPerSecond - kSecondsTo1970;
}

} // namespace keyseat::sdk::jose::platform
