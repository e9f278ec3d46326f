// SPDX-License-Identifier: Apache-2.0

#include "platform.h"

#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/text.h>

#include <windows.h>

#include <dpapi.h>

#include <array>
#include <cstring>

namespace dpapi::platform {

namespace {

constexpr const wchar_t *kDescription = L"Keyseat"; // stands in the blob in clear

[[noreturn]] void fail(const char *function) {
   throw WindowsError(function, static_cast<std::uint32_t>(::GetLastError()));
}

// --- DPAPI ------------------------------------------------------------------------------------

DATA_BLOB data_of(BytesView bytes) {
   return {static_cast<DWORD>(bytes.size()), const_cast<BYTE *>(bytes.data())};
}

// What a function of Windows allocated by LocalAlloc(). It is wiped before it is freed.
class LocalBytes {
 public:
   LocalBytes(BYTE *data, DWORD size) : data_(data), size_(size) {}
   explicit LocalBytes(const DATA_BLOB &blob) : LocalBytes(blob.pbData, blob.cbData) {}
   LocalBytes(const LocalBytes &) = delete;
   LocalBytes &operator=(const LocalBytes &) = delete;
   ~LocalBytes() {
      if (data_ == nullptr) return;
      ::SecureZeroMemory(data_, size_);
      ::LocalFree(data_);
   }
   BytesView view() const { return {data_, size_}; }

 private:
   BYTE *data_;
   DWORD size_;
};

// --- DPAPI-NG: declared by ncryptprotect.h of the Windows SDK, which MinGW lacks ----------------

using DescriptorHandle = HANDLE; // NCRYPT_DESCRIPTOR_HANDLE

using CreateDescriptor = SECURITY_STATUS(WINAPI *)(LPCWSTR, DWORD, DescriptorHandle *);
using CloseDescriptor = SECURITY_STATUS(WINAPI *)(DescriptorHandle);
using ProtectSecret = SECURITY_STATUS(WINAPI *)(DescriptorHandle, DWORD, const BYTE *, ULONG,
                                                const void *, HWND, BYTE **, ULONG *);
using UnprotectSecret = SECURITY_STATUS(WINAPI *)(DescriptorHandle *, DWORD, const BYTE *, ULONG,
                                                  const void *, HWND, BYTE **, ULONG *);

constexpr DWORD kSilent = 0x40; // NCRYPT_SILENT_FLAG

struct Ncrypt {
   CreateDescriptor create_descriptor = nullptr;
   CloseDescriptor close_descriptor = nullptr;
   ProtectSecret protect = nullptr;
   UnprotectSecret unprotect = nullptr;
   std::string absence; // why it is not here; empty: it is
};

template <class Function>
void resolve(HMODULE library, const char *name, Function &function, std::string &absence) {
   const FARPROC address = ::GetProcAddress(library, name);
   static_assert(sizeof address == sizeof function);
   std::memcpy(&function, &address, sizeof function);
   if (address == nullptr)
      absence = std::string("this Windows has no DPAPI-NG: ") + name + " is missing";
}

// Wine exports the functions, and calling one of them ends the process.
bool is_wine() {
   const HMODULE ntdll = ::GetModuleHandleW(L"ntdll.dll");
   return ntdll != nullptr && ::GetProcAddress(ntdll, "wine_get_version") != nullptr;
}

// Looked up each time: a plugin holds no state of the process (R-PRC-7). ncrypt.dll stays loaded.
Ncrypt find_ncrypt() {
   Ncrypt ncrypt;
   if (is_wine()) {
      ncrypt.absence = "DPAPI-NG takes Windows 8 or later, and this is Wine";
      return ncrypt;
   }
   const HMODULE library = ::LoadLibraryExW(L"ncrypt.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
   if (library == nullptr) {
      ncrypt.absence = "this Windows has no DPAPI-NG: ncrypt.dll cannot be loaded";
      return ncrypt;
   }
   resolve(library, "NCryptCreateProtectionDescriptor", ncrypt.create_descriptor, ncrypt.absence);
   resolve(library, "NCryptCloseProtectionDescriptor", ncrypt.close_descriptor, ncrypt.absence);
   resolve(library, "NCryptProtectSecret", ncrypt.protect, ncrypt.absence);
   resolve(library, "NCryptUnprotectSecret", ncrypt.unprotect, ncrypt.absence);
   return ncrypt;
}

Ncrypt require_ncrypt() {
   Ncrypt ncrypt = find_ncrypt();
   if (!ncrypt.absence.empty()) throw WindowsError("ncrypt.dll", ERROR_CALL_NOT_IMPLEMENTED);
   return ncrypt;
}

void check(SECURITY_STATUS status, const char *function) {
   if (status != ERROR_SUCCESS) throw WindowsError(function, static_cast<std::uint32_t>(status));
}

// --- text and names -----------------------------------------------------------------------------

std::wstring wide(const std::string &text) {
   const auto result = keyseat::sdk::windows::to_wide(text);
   if (!result) throw WindowsError("to_wide", ERROR_INVALID_PARAMETER);
   return *result;
}

// Of whom DPAPI acts for: the thread's user while it impersonates, otherwise the process's.
std::string account_sid() {
   std::string sid = keyseat::sdk::windows::current_user_sid();
   if (sid.empty()) fail("GetTokenInformation");
   return sid;
}

// Drawn by setup, and again by sysprep when an image becomes another machine, as DPAPI's machine keys are.
std::string machine_guid() {
   std::array<wchar_t, 64> text{};
   auto size = static_cast<DWORD>(sizeof text);
   const LSTATUS status =
         ::RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid",
                        RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, nullptr, text.data(), &size);
   check(status, "RegGetValueW");
   return keyseat::sdk::windows::to_utf8(text.data());
}

} // namespace

std::string absence() { return {}; }
std::string absence_of_ng() { return find_ncrypt().absence; }

std::string identity(Scope scope) { return scope == Scope::user ? account_sid() : machine_guid(); }

Bytes protect(Scope scope, BytesView secret, BytesView entropy) {
   DATA_BLOB in = data_of(secret);
   DATA_BLOB more = data_of(entropy);
   DATA_BLOB out{};
   const DWORD flags =
         CRYPTPROTECT_UI_FORBIDDEN | (scope == Scope::machine ? CRYPTPROTECT_LOCAL_MACHINE : 0);
   if (!::CryptProtectData(&in, kDescription, &more, nullptr, nullptr, flags, &out))
      fail("CryptProtectData");
   const LocalBytes blob(out);
   return {blob.view().begin(), blob.view().end()};
}

SecretBytes unprotect(SecretMemory memory, BytesView blob, BytesView entropy) {
   DATA_BLOB in = data_of(blob);
   DATA_BLOB more = data_of(entropy);
   DATA_BLOB out{};
   if (!::CryptUnprotectData(&in, nullptr, &more, nullptr, nullptr, CRYPTPROTECT_UI_FORBIDDEN,
                             &out)) {
      fail("CryptUnprotectData");
   }
   const LocalBytes secret(out);
   return {memory, secret.view()};
}

Bytes protect_ng(const std::string &descriptor, BytesView secret) {
   const Ncrypt ncrypt = require_ncrypt();
   DescriptorHandle handle = nullptr;
   check(ncrypt.create_descriptor(wide(descriptor).c_str(), 0, &handle),
         "NCryptCreateProtectionDescriptor");
   BYTE *data = nullptr;
   ULONG size = 0;
   const SECURITY_STATUS status =
         ncrypt.protect(handle, kSilent, secret.data(), static_cast<ULONG>(secret.size()), nullptr,
                        nullptr, &data, &size);
   ncrypt.close_descriptor(handle);
   check(status, "NCryptProtectSecret");
   const LocalBytes blob(data, size);
   return {blob.view().begin(), blob.view().end()};
}

SecretBytes unprotect_ng(SecretMemory memory, BytesView blob) {
   const Ncrypt ncrypt = require_ncrypt();
   BYTE *data = nullptr;
   ULONG size = 0;
   check(ncrypt.unprotect(nullptr, kSilent, blob.data(), static_cast<ULONG>(blob.size()), nullptr,
                          nullptr, &data, &size),
         "NCryptUnprotectSecret");
   const LocalBytes secret(data, size);
   return {memory, secret.view()};
}

} // namespace dpapi::platform
