// SPDX-License-Identifier: Apache-2.0

#include "windows_error.h"

#include <array>
#include <cstdio>
#include <string_view>

namespace dpapi {

using keyseat::sdk::Failure;

namespace {

enum class About {
   blob,
   node,
   service, // who keeps the keys does not answer
};

// Codes are those of winerror.h.
struct Meaning {
   std::uint32_t code;
   const char *name;
   keyseat_status status; // of an operation on a key file, and of wrap()
   About about;
   const char *text;
   const char *hint;
};

constexpr const char *kOtherAccount =
      "run as the account, on the machine, that made it; `keyseat inspect` names the master key "
      "that "
      "it takes";
constexpr const char *kLoadProfile =
      "a service or a scheduled task needs its user profile loaded; `keyseat inspect` names the "
      "master key";
constexpr const char *kRestart =
      "DPAPI is part of lsass.exe, which runs as long as Windows does: try again, then restart the "
      "machine; for DPAPI-NG see that a domain controller can be reached";

constexpr Meaning kMeanings[] = {
      {2, "ERROR_FILE_NOT_FOUND", KEYSEAT_E_DENIED, About::blob,
       "the account has no such master key, or its profile is not loaded", kLoadProfile},
      {5, "ERROR_ACCESS_DENIED", KEYSEAT_E_DENIED, About::blob,
       "access to the master key is denied", kOtherAccount},
      {8, "ERROR_NOT_ENOUGH_MEMORY", KEYSEAT_E_NO_MEMORY, About::node, "out of memory", ""},
      {13, "ERROR_INVALID_DATA", KEYSEAT_E_DENIED, About::blob,
       "it belongs to another account or machine, takes other entropy, or was altered",
       kOtherAccount},
      {14, "ERROR_OUTOFMEMORY", KEYSEAT_E_NO_MEMORY, About::node, "out of memory", ""},
      {50, "ERROR_NOT_SUPPORTED", KEYSEAT_E_UNSUPPORTED, About::blob,
       "Windows does not support that", ""},
      {87, "ERROR_INVALID_PARAMETER", KEYSEAT_E_DENIED, About::blob, "Windows does not take it",
       ""},
      {120, "ERROR_CALL_NOT_IMPLEMENTED", KEYSEAT_E_UNSUPPORTED, About::node,
       "this Windows does not offer it", ""},
      {1325, "ERROR_PASSWORD_RESTRICTION", KEYSEAT_E_DENIED, About::blob,
       "it wants a person to be asked, which it may not", ""},
      {1355, "ERROR_NO_SUCH_DOMAIN", KEYSEAT_E_UNAVAILABLE, About::blob,
       "no domain controller can be reached to open the master key", "connect to the domain"},
      {1722, "RPC_S_SERVER_UNAVAILABLE", KEYSEAT_E_UNAVAILABLE, About::service,
       "DPAPI's service does not answer", kRestart},
      {1723, "RPC_S_SERVER_TOO_BUSY", KEYSEAT_E_BUSY, About::service, "DPAPI's service is busy",
       "try again"},
      {1726, "RPC_S_CALL_FAILED", KEYSEAT_E_UNAVAILABLE, About::service, "DPAPI's service gave up",
       kRestart},
      {1727, "RPC_S_CALL_FAILED_DNE", KEYSEAT_E_UNAVAILABLE, About::service,
       "DPAPI's service does not answer", kRestart},
      {0x80090005, "NTE_BAD_DATA", KEYSEAT_E_DENIED, About::blob,
       "it belongs to another account, or was altered", kOtherAccount},
      {0x80090008, "NTE_BAD_ALGID", KEYSEAT_E_DENIED, About::blob,
       "it names an algorithm that Windows does not have here, or was altered", kOtherAccount},
      {0x8009000b, "NTE_BAD_KEY_STATE", KEYSEAT_E_DENIED, About::blob,
       "the master key cannot be opened (\"key not valid for use in specified state\"): it is "
       "another account's, the profile is not loaded, or the password was reset and not changed",
       "load the profile of a service, a task or an impersonated account; after a reset, set the "
       "old password again; otherwise use a recovery recipient"},
      {0x8009000e, "NTE_NO_MEMORY", KEYSEAT_E_NO_MEMORY, About::node, "out of memory", ""},
      {0x80090011, "NTE_NOT_FOUND", KEYSEAT_E_DENIED, About::blob,
       "no key or certificate here is one that the protection descriptor names", kOtherAccount},
      {0x80090022, "NTE_SILENT_CONTEXT", KEYSEAT_E_DENIED, About::blob,
       "it wants a person to be asked, which it may not", ""},
      {0x80090027, "NTE_INVALID_PARAMETER", KEYSEAT_E_CONFIG, About::blob,
       "Windows does not take the protection descriptor", ""},
      {0x80090029, "NTE_NOT_SUPPORTED", KEYSEAT_E_UNSUPPORTED, About::blob,
       "Windows does not support that", ""},
      {0x8009002c, "NTE_DECRYPTION_FAILURE", KEYSEAT_E_DENIED, About::blob,
       "it is for others, or was altered", kOtherAccount},
      {0x80090034, "NTE_ENCRYPTION_FAILURE", KEYSEAT_E_UNAVAILABLE, About::blob,
       "Windows could not encrypt to the protection descriptor",
       "see that the domain controller, the group or the certificate that it names can be reached"},
      {0x80090345, "SEC_E_DELEGATION_REQUIRED", KEYSEAT_E_DENIED, About::blob,
       "no domain controller would back up or open the account's master key",
       "use the account once where a writable domain controller can be reached (KB 3205778); in a "
       "session over the network log on with credentials (CredSSP), or run as a scheduled task of "
       "that account"},
};

const Meaning *find_meaning(std::uint32_t code) {
   // HRESULT_FROM_WIN32: the same code in other clothes.
   const std::uint32_t bare = code >> 16 == 0x8007 ? code & 0xffff : code;
   for (const Meaning &meaning : kMeanings) {
      if (meaning.code == bare) return &meaning;
   }
   return nullptr;
}

} // namespace

bool WindowsError::is_about_node() const {
   const Meaning *meaning = find_meaning(code_);
   if (meaning == nullptr) return false;
   // DPAPI asks this machine's LSA. DPAPI-NG asks a domain controller, too, of the domain that the blob names.
   if (meaning->about == About::service)
      return std::string_view(function_) != "NCryptUnprotectSecret";
   return meaning->about == About::node;
}

std::string meaning_of(const WindowsError &error) {
   const Meaning *meaning = find_meaning(error.code());
   std::array<char, 12> code{};
   static_cast<void>(std::snprintf(code.data(), code.size(), "0x%x", error.code()));
   if (meaning == nullptr) return std::string(error.function()) + " failed (" + code.data() + ")";
   return std::string(meaning->text) + " (" + meaning->name + " " + code.data() + ")";
}

Failure failure_of(const std::string &what, const WindowsError &error) {
   const Meaning *meaning = find_meaning(error.code());
   const keyseat_status status = meaning == nullptr ? KEYSEAT_E_DENIED : meaning->status;
   return Failure(status, what + ": " + meaning_of(error))
         .with_hint(meaning == nullptr ? "" : meaning->hint);
}

} // namespace dpapi
