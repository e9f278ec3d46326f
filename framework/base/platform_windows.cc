// SPDX-License-Identifier: Apache-2.0
//
// Windows: memory, places, the process itself.

#include <keyseat/sdk/windows/text.h>

#include <fmt/format.h>
#include <windows.h>

#include <sddl.h>
#include <shellapi.h>
#include <shlobj.h>

#include <algorithm>
#include <mutex>

#include "base/handle_windows.h"
#include "base/path_text.h"
#include "base/platform.h"
#include "base/text.h"

namespace keyseat::platform {

namespace fs = std::filesystem;
using sdk::windows::to_utf8;
using sdk::windows::to_wide;

// -- handles -----------------------------------------------------------------------------------------

Handle::Handle(Handle &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}

bool Handle::is_open() const noexcept {
   return handle_ != nullptr && handle_ != INVALID_HANDLE_VALUE;
}

void Handle::close() noexcept {
   if (is_open()) ::CloseHandle(handle_);
   handle_ = nullptr;
}

Error file_error(ErrorCode code, const char *what, const fs::path &path, std::string_view why) {
   const std::string name = path_text(path);
   return Error(code, fmt::format("cannot {} '{}': {}", what, printable(name), why)).in_file(name);
}

void fail(const char *what, const fs::path &path, std::uint32_t error) {
   throw file_error(ErrorCode::io, what, path, sdk::windows::error_text(error));
}

std::wstring system_path(const char *what, const fs::path &path) {
   std::wstring name = sdk::windows::long_path(path.native());
   if (name.empty()) fail(what, path, ERROR_INVALID_NAME);
   return name;
}

bool is_absent(std::uint32_t error) noexcept {
   return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ||
          error == ERROR_INVALID_NAME || error == ERROR_BAD_NETPATH ||
          error == ERROR_BAD_NET_NAME || error == ERROR_NOT_READY || error == ERROR_INVALID_DRIVE;
}

// -- memory ------------------------------------------------------------------------------------------

std::size_t page_size() noexcept {
   static const std::size_t size = [] {
      SYSTEM_INFO info{};
      ::GetSystemInfo(&info);
      return static_cast<std::size_t>(info.dwPageSize);
   }();
   return size;
}

namespace {

// A function that not every supported Windows has.
template <class Function>
Function find_function(const wchar_t *library, const char *name) noexcept {
   const HMODULE module = ::GetModuleHandleW(library);
   if (module == nullptr) return nullptr;
   // Through a type without arguments: the two differ by design.
   return reinterpret_cast<Function>(reinterpret_cast<void (*)()>(::GetProcAddress(module, name)));
}

} // namespace

// One inaccessible page on each side ends an overrun at once. Windows Error Reporting leaves the pages
// out of what it sends, from Windows 10 1703 on.
void *map_secret_pages(std::size_t size) noexcept {
   const std::size_t page = page_size();
   void *mapping = ::VirtualAlloc(nullptr, size + 2 * page, MEM_RESERVE, PAGE_NOACCESS);
   if (mapping == nullptr) return nullptr;
   void *p = ::VirtualAlloc(static_cast<std::uint8_t *>(mapping) + page, size, MEM_COMMIT,
                            PAGE_READWRITE);
   if (p == nullptr) {
      ::VirtualFree(mapping, 0, MEM_RELEASE);
      return nullptr;
   }
   using Exclude = HRESULT(WINAPI *)(const void *, DWORD);
   static const auto exclude =
         find_function<Exclude>(L"kernel32.dll", "WerRegisterExcludedMemoryBlock");
   if (exclude != nullptr) exclude(p, static_cast<DWORD>(std::min<std::size_t>(size, MAXDWORD)));
   return p;
}

void unmap_secret_pages(void *p, std::size_t) noexcept {
   using Include = HRESULT(WINAPI *)(const void *);
   static const auto include =
         find_function<Include>(L"kernel32.dll", "WerUnregisterExcludedMemoryBlock");
   if (include != nullptr) include(p);
   ::VirtualFree(static_cast<std::uint8_t *>(p) - page_size(), 0, MEM_RELEASE);
}

// A process may lock a little less than its least working set, which is 200 KiB at first and grows
// here by what is asked for.
bool lock_pages(void *p, std::size_t size) noexcept {
   static std::mutex growing;
   if (::VirtualLock(p, size) != 0) return true;
   const std::scoped_lock lock(growing);
   SIZE_T least = 0;
   SIZE_T most = 0;
   if (::GetProcessWorkingSetSize(::GetCurrentProcess(), &least, &most) == 0) return false;
   const SIZE_T more = size + 16 * page_size();
   if (::SetProcessWorkingSetSize(::GetCurrentProcess(), least + more,
                                  std::max(most, least) + more) == 0) {
      return false;
   }
   return ::VirtualLock(p, size) != 0;
}

void wipe(void *p, std::size_t size) noexcept { ::SecureZeroMemory(p, size); }

void around_fork(void (*)(), void (*)()) {} // there is no fork

// -- the process -------------------------------------------------------------------------------------

// No error reporting, and so no dump. Other processes of this user may see that this one runs, wait for
// it and end it; SYSTEM and Administrators, who may debug everything, can do the rest. OW, the owner,
// stands there so that being the owner gives no right to change this list.
void forbid_dumps() noexcept {
   ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
   constexpr const wchar_t *kRights =
         L"D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;0x101001;;;OW)"; // synchronize, query limited, terminate
   PSECURITY_DESCRIPTOR descriptor = nullptr;
   if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(kRights, SDDL_REVISION_1, &descriptor,
                                                              nullptr) != 0) {
      ::SetKernelObjectSecurity(::GetCurrentProcess(), DACL_SECURITY_INFORMATION, descriptor);
      ::LocalFree(descriptor);
   }
}

void hold_standard_descriptors() noexcept {} // standard handles have no numbers that others take

void quiet_libraries() noexcept {} // no plugin of Windows has such a library

// Libraries come from Windows' own folder alone, but for those whose loading names another; none from
// other machines, none of low integrity, and no extension points (AppInit_DLLs, hooks).
void restrict_library_search() noexcept {
   ::SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
   PROCESS_MITIGATION_IMAGE_LOAD_POLICY images{};
   images.NoRemoteImages = 1;
   images.NoLowMandatoryLabelImages = 1;
   ::SetProcessMitigationPolicy(ProcessImageLoadPolicy, &images, sizeof images);
   PROCESS_MITIGATION_EXTENSION_POINT_DISABLE_POLICY extensions{};
   extensions.DisableExtensionPoints = 1;
   ::SetProcessMitigationPolicy(ProcessExtensionPointDisablePolicy, &extensions, sizeof extensions);
}

// What the library needs beside it, from its own folder and from Windows'.
unsigned library_load_flags() noexcept {
   return LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32;
}

// main() gets them in the code page of the system, where not all characters exist.
std::vector<std::string> program_arguments(int, char **) {
   int count = 0;
   wchar_t **words = ::CommandLineToArgvW(::GetCommandLineW(), &count);
   std::vector<std::string> arguments;
   for (int i = 1; i < count; ++i)
      arguments.push_back(to_utf8(words[i]));
   ::LocalFree(words);
   return arguments;
}

// -- places ------------------------------------------------------------------------------------------

std::optional<std::string> environment(const char *name) {
   const std::wstring wide = to_wide(name).value_or(std::wstring());
   std::wstring value;
   DWORD size = 256;
   while (value.size() < size) {
      value.resize(size);
      ::SetLastError(ERROR_SUCCESS);
      size =
            ::GetEnvironmentVariableW(wide.c_str(), value.data(), static_cast<DWORD>(value.size()));
      if (size == 0 && ::GetLastError() != ERROR_SUCCESS) return std::nullopt;
      if (size < value.size()) break; // otherwise what is needed, with the NUL
   }
   value.resize(size);
   return to_utf8(value);
}

namespace {

// A variable that names an absolute folder.
fs::path folder_of_environment(const char *name) {
   fs::path folder = path_of_text(environment(name).value_or(""));
   return folder.is_absolute() ? folder : fs::path();
}

fs::path known_folder(const KNOWNFOLDERID &id) {
   wchar_t *found = nullptr;
   fs::path folder;
   if (::SHGetKnownFolderPath(id, KF_FLAG_DONT_VERIFY, nullptr, &found) == S_OK) folder = found;
   ::CoTaskMemFree(found);
   return folder;
}

} // namespace

fs::path home_folder() {
   const fs::path home = folder_of_environment("USERPROFILE");
   return home.empty() ? known_folder(FOLDERID_Profile) : home;
}

fs::path user_config_folder() {
   fs::path folder = folder_of_environment("APPDATA");
   if (folder.empty()) folder = known_folder(FOLDERID_RoamingAppData);
   return folder.empty() ? fs::path() : folder / "keyseat";
}

// Not from the environment, which whoever starts the program chooses.
fs::path system_config_folder() {
   const fs::path folder = known_folder(FOLDERID_ProgramData);
   return folder.empty() ? fs::path() : folder / "keyseat";
}

std::string program_suffix() { return ".exe"; }

fs::path executable_path() {
   std::wstring path(MAX_PATH, L'\0');
   for (;;) {
      const DWORD size =
            ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
      if (size == 0) return {};
      if (size < path.size()) return path.substr(0, size);
      path.resize(2 * path.size());
   }
}

// -- SIGPIPE, which Windows has not --------------------------------------------------------------------

SigpipeGuard::SigpipeGuard() noexcept : was_blocked_(false), was_pending_(false) {}
SigpipeGuard::~SigpipeGuard() = default;

} // namespace keyseat::platform
