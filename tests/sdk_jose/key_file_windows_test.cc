// SPDX-License-Identifier: Apache-2.0
#include "key_file_fixture.h"

#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/text.h>

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

namespace keyseat::test {
namespace {

using namespace sdk::jose;
using sdk::windows::FileSecurity;

using KeyFileWindows = KeyFileTest;

std::wstring wide(const std::string &path) {
   return sdk::windows::long_path(sdk::windows::to_wide(path).value());
}

FileSecurity security_of(const std::string &path) {
   HANDLE file = ::CreateFileW(wide(path).c_str(), READ_CONTROL, FILE_SHARE_READ, nullptr,
                               OPEN_EXISTING, 0, nullptr);
   FileSecurity security;
   EXPECT_EQ(sdk::windows::read_file_security(file, security), 0u);
   ::CloseHandle(file);
   return security;
}

// Gives the file a DACL, written in SDDL.
void set_dacl(const std::string &path, const wchar_t *sddl) {
   PSECURITY_DESCRIPTOR descriptor = nullptr;
   ASSERT_NE(::ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1,
                                                                    &descriptor, nullptr),
             0);
   EXPECT_NE(::SetFileSecurityW(wide(path).c_str(), DACL_SECURITY_INFORMATION, descriptor), 0);
   ::LocalFree(descriptor);
}

TEST_F(KeyFileWindows, IsWrittenForItsOwnerAlone) {
   write("secret");
   const FileSecurity security = security_of(path());
   EXPECT_TRUE(security.owned_by_me);
   EXPECT_FALSE(security.readable_by_others);
   EXPECT_FALSE(security.writable_by_others);
   EXPECT_EQ(security.owner.rfind("S-1-5-", 0), 0u) << security.owner;
}

TEST_F(KeyFileWindows, APublicKeyIsReadableByEverybodyAndWritableByItsOwnerAlone) {
   write_key_file(path("dev.jwk.pub"), sdk::as_bytes("{}"), false, false);
   const FileSecurity security = security_of(path("dev.jwk.pub"));
   EXPECT_TRUE(security.readable_by_others);
   EXPECT_FALSE(security.writable_by_others);
}

TEST_F(KeyFileWindows, IsRefusedWhenOthersMayReadOrWriteIt) {
   write("secret");
   set_dacl(path(), L"D:P(A;;FA;;;OW)(A;;FR;;;WD)");
   const Failure readable = read_failure(path());
   EXPECT_EQ(readable.status(), KEYSEAT_E_DENIED);
   EXPECT_NE(readable.hint().find("icacls"), std::string::npos);
   EXPECT_EQ(read_failure(path(), false).status(), KEYSEAT_OK);
   set_dacl(path(), L"D:P(A;;FA;;;OW)(A;;FRFW;;;WD)");
   EXPECT_EQ(read_failure(path()).status(), KEYSEAT_E_DENIED);
   EXPECT_EQ(read_failure(path(), false).status(), KEYSEAT_E_DENIED);
}

TEST_F(KeyFileWindows, IsRefusedWhenItIsNoRegularFile) {
   EXPECT_EQ(read_failure(folder_.path().string()).status(), KEYSEAT_E_DENIED);
   EXPECT_EQ(read_failure("NUL").status(), KEYSEAT_E_DENIED);
}

TEST_F(KeyFileWindows, HasAPathOfAnyCharactersAndOfMoreThan260) {
   std::string folder = folder_.path().string();
   for (int i = 0; i < 6; ++i) {
      folder += "\\\u0441\u0445\u0435\u043c\u0430-" + std::string(60, 'x');
      ASSERT_NE(::CreateDirectoryW(wide(folder).c_str(), nullptr), 0);
   }
   const std::string file = folder + "\\\u9375.jwk";
   write_key_file(file, sdk::as_bytes("secret"), true, false);
   EXPECT_EQ(to_text(read_key_file(memory, file, true)), "secret");
   EXPECT_TRUE(key_file_exists(file));
   remove_key_file(file);
   EXPECT_FALSE(key_file_exists(file));
}

// From Windows 10 on it is replaced; older ones and Wine refuse.
TEST_F(KeyFileWindows, AFileThatIsOpenElsewhereIsReplacedWhollyOrStaysAsItWas) {
   write("old");
   HANDLE reader =
         ::CreateFileW(wide(path()).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE,
                       nullptr, OPEN_EXISTING, 0, nullptr);
   ASSERT_NE(reader, INVALID_HANDLE_VALUE);
   const Failure failure = failure_of([&] { write("new", true); });
   ::CloseHandle(reader);
   const bool replaced = failure.status() == KEYSEAT_OK;
   EXPECT_TRUE(replaced || failure.status() == KEYSEAT_E_DENIED) << failure.message();
   EXPECT_EQ(to_text(read_key_file(memory, path(), true)), replaced ? "new" : "old");
   EXPECT_EQ(folder_.entries(), 1u);
}

} // namespace
} // namespace keyseat::test
