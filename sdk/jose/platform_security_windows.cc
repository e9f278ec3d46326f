// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/windows/file_security.h>
#include <keyseat/sdk/windows/text.h>

#include <windows.h>

#include <aclapi.h>
#include <sddl.h>

#include <array>
#include <optional>
#include <vector>

namespace keyseat::sdk::windows {
namespace {

void release_local(void *p) { ::LocalFree(p); }

// What changes a file, or lets whoever has it change it later. In a folder the first two bits stand
// for adding files and folders.
constexpr DWORD kAddRights = FILE_WRITE_DATA | FILE_APPEND_DATA;
constexpr DWORD kWriteRights = kAddRights | FILE_WRITE_EA | FILE_DELETE_CHILD | DELETE | WRITE_DAC |
                               WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL;
constexpr DWORD kReadRights = FILE_READ_DATA | GENERIC_READ | GENERIC_ALL;

// A SID with room for the longest one.
class Sid {
 public:
   explicit Sid(const wchar_t *text) {
      PSID parsed = nullptr;
      if (::ConvertStringSidToSidW(text, &parsed) == 0) return;
      ::CopySid(static_cast<DWORD>(bytes_.size()), bytes_.data(), parsed);
      ::LocalFree(parsed);
   }
   explicit Sid(PSID sid) { ::CopySid(static_cast<DWORD>(bytes_.size()), bytes_.data(), sid); }

   bool is(PSID other) { return ::EqualSid(bytes_.data(), other) != 0; }
   PSID get() { return bytes_.data(); }

 private:
   alignas(void *) std::array<std::uint8_t, SECURITY_MAX_SID_SIZE> bytes_{};
};

// Whoever runs this: the impersonated user where there is one.
std::optional<Sid> current_user() {
   HANDLE token = nullptr;
   if (::OpenThreadToken(::GetCurrentThread(), TOKEN_QUERY, TRUE, &token) == 0 &&
       ::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &token) == 0) {
      return std::nullopt;
   }
   DWORD size = 0;
   ::GetTokenInformation(token, TokenUser, nullptr, 0, &size);
   std::vector<std::uint8_t> user(size);
   const BOOL known = ::GetTokenInformation(token, TokenUser, user.data(), size, &size);
   ::CloseHandle(token);
   if (known == 0) return std::nullopt;
   return Sid(reinterpret_cast<const TOKEN_USER *>(user.data())->User.Sid);
}

bool is_administrator(PSID sid) {
   static std::array sids{
         Sid(L"S-1-5-32-544"),                                                  // Administrators
         Sid(L"S-1-5-18"),                                                      // SYSTEM
         Sid(L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464") // TrustedInstaller
   };
   for (Sid &known : sids) {
      if (known.is(sid)) return true;
   }
   return false;
}

// Who stands for the owner in an entry.
bool is_owner_placeholder(PSID sid) {
   static std::array sids{Sid(L"S-1-3-0"), Sid(L"S-1-3-4")}; // CREATOR OWNER, OWNER RIGHTS
   return sids[0].is(sid) || sids[1].is(sid);
}

std::string sid_text(PSID sid) {
   wchar_t *text = nullptr;
   if (::ConvertSidToStringSidW(sid, &text) == 0) return {};
   std::string utf8 = to_utf8(text);
   ::LocalFree(text);
   return utf8;
}

// What the entries of `dacl` allow to others than the owner, this user and administrators.
DWORD rights_of_others(PACL dacl, PSID owner, Sid &me) {
   if (dacl == nullptr) return kReadRights | kWriteRights; // no DACL: everything to everybody
   DWORD rights = 0;
   for (DWORD i = 0; i < dacl->AceCount; ++i) {
      void *entry = nullptr;
      if (::GetAce(dacl, i, &entry) == 0) return kReadRights | kWriteRights;
      const auto *header = static_cast<const ACE_HEADER *>(entry);
      if ((header->AceFlags & INHERIT_ONLY_ACE) != 0) continue;
      if (header->AceType == ACCESS_DENIED_ACE_TYPE) continue;
      auto *allowed = static_cast<ACCESS_ALLOWED_ACE *>(entry);
      if (header->AceType != ACCESS_ALLOWED_ACE_TYPE) {
         rights |= allowed->Mask; // of a kind that files seldom have: counted for others
         continue;
      }
      PSID sid = &allowed->SidStart;
      if (::EqualSid(sid, owner) != 0 || me.is(sid) || is_administrator(sid) ||
          is_owner_placeholder(sid)) {
         continue;
      }
      rights |= allowed->Mask;
   }
   return rights;
}

} // namespace

std::uint32_t read_file_security(void *handle, FileSecurity &security) {
   PSID owner = nullptr;
   PACL dacl = nullptr;
   PSECURITY_DESCRIPTOR descriptor = nullptr;
   const DWORD error = ::GetSecurityInfo(handle, SE_FILE_OBJECT,
                                         OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                         &owner, nullptr, &dacl, nullptr, &descriptor);
   if (error != ERROR_SUCCESS) return error;
   const SecurityDescriptor released(descriptor, release_local);
   std::optional<Sid> me = current_user();
   if (!me) return ::GetLastError();
   const DWORD rights = rights_of_others(dacl, owner, *me);
   security.owner = sid_text(owner);
   security.owned_by_me = me->is(owner);
   security.owned_by_administrators = is_administrator(owner);
   security.readable_by_others = (rights & kReadRights) != 0;
   security.writable_by_others = (rights & kWriteRights) != 0;
   security.others_only_add =
         security.writable_by_others && (rights & kWriteRights & ~kAddRights) == 0;
   return ERROR_SUCCESS;
}

std::string current_user_sid() {
   std::optional<Sid> me = current_user();
   return me ? sid_text(me->get()) : std::string();
}

SecurityDescriptor make_security_descriptor(Audience audience) {
   SecurityDescriptor none(nullptr, release_local);
   const std::wstring user = to_wide(current_user_sid()).value_or(std::wstring());
   if (user.empty()) return none;
   // Owner; a protected DACL; file rights of all kinds (FA) or to read (FR); SY is SYSTEM, WD everybody;
   // OICI hands an entry on to files and folders.
   const std::wstring entry =
         audience == Audience::owner_of_folder ? L"(A;OICI;FA;;;" : L"(A;;FA;;;";
   std::wstring text = L"O:" + user + L"D:P" + entry + user + L")" + entry + L"SY)";
   if (audience == Audience::everybody) text += L"(A;;FR;;;WD)";
   PSECURITY_DESCRIPTOR descriptor = nullptr;
   if (::ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1,
                                                              &descriptor, nullptr) == 0) {
      return none;
   }
   return SecurityDescriptor(descriptor, release_local);
}

} // namespace keyseat::sdk::windows
