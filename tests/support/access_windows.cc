// SPDX-License-Identifier: Apache-2.0
#include "support/access.h"

#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/text.h>

#include <windows.h>

#include <sddl.h>

#include <system_error>

namespace keyseat::test {

namespace fs = std::filesystem;

namespace {

void check(bool good) {
   if (!good) throw std::system_error(static_cast<int>(::GetLastError()), std::system_category());
}

// Replaces the DACL; `sddl` says who may do what (SDDL, [MS-DTYP] 2.5.1).
void set_dacl(const fs::path &path, const wchar_t *sddl) {
   PSECURITY_DESCRIPTOR descriptor = nullptr;
   check(::ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor,
                                                                nullptr) != 0);
   const bool set =
         ::SetFileSecurityW(sdk::windows::long_path(path.native()).c_str(),
                            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                            descriptor) != 0;
   ::LocalFree(descriptor);
   check(set);
}

sdk::windows::FileSecurity security_of(const fs::path &path) {
   HANDLE file = ::CreateFileW(sdk::windows::long_path(path.native()).c_str(), READ_CONTROL,
                               FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                               OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
   check(file != INVALID_HANDLE_VALUE);
   sdk::windows::FileSecurity security;
   const std::uint32_t error = sdk::windows::read_file_security(file, security);
   ::CloseHandle(file);
   if (error != 0) throw std::system_error(static_cast<int>(error), std::system_category());
   return security;
}

} // namespace

// Entries for what is made in a folder are inherited (OICI). This user by its SID: Wine knows no owner's rights (OW).
namespace {

void share(const fs::path &path, const std::wstring &others) {
   const std::wstring me = sdk::windows::to_wide(sdk::windows::current_user_sid()).value();
   set_dacl(path, (L"D:P(A;OICI;FA;;;" + me + L")(A;OICI;FA;;;SY)" + others).c_str());
}

} // namespace

void keep_to_owner(const fs::path &path) { share(path, L""); }
void let_others_read(const fs::path &path) { share(path, L"(A;OICI;FRFX;;;WD)"); }
void let_others_write(const fs::path &path) { share(path, L"(A;OICI;FA;;;WD)"); }

bool is_for_owner_only(const fs::path &path) {
   const auto security = security_of(path);
   return !security.readable_by_others && !security.writable_by_others;
}

bool others_may_write(const fs::path &path) { return security_of(path).writable_by_others; }

} // namespace keyseat::test
