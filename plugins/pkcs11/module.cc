// SPDX-License-Identifier: Apache-2.0

#include "module.h"

#include "platform.h"

#include <array>
#include <chrono>
#include <mutex>
#include <new>

namespace pkcs11 {

namespace {

constexpr std::uint32_t kLongestWait = 60'000; // ms

const CK_FUNCTION_LIST *functions_of(const std::string &path) {
   if (const std::string why = platform::distrust(path); !why.empty()) {
      throw Failure(KEYSEAT_E_DENIED, "the PKCS #11 module " + path + " is not loaded: " + why)
            .with_hint("a module sees the PIN: only root and this user may be able to write it");
   }
   void *library = platform::load_library(path);
   if (const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(
             platform::find_symbol(library, "C_GetFunctionList"))) {
      CK_FUNCTION_LIST_PTR list = nullptr;
      const CK_RV rv = get_list(&list);
      if (rv == CKR_OK && list != nullptr) return list;
   }
   // A module of PKCS #11 3.0 alone. Its list begins as the older one does.
   if (const auto get_interface =
             reinterpret_cast<CkGetInterface>(platform::find_symbol(library, "C_GetInterface"))) {
      std::array<CK_UTF8CHAR, 8> name{'P', 'K', 'C', 'S', ' ', '1', '1', 0};
      CkInterface *found = nullptr;
      const CK_RV rv = get_interface(name.data(), nullptr, &found, 0);
      if (rv == CKR_OK && found != nullptr && found->functions != nullptr) {
         return static_cast<const CK_FUNCTION_LIST *>(found->functions);
      }
   }
   throw Failure(KEYSEAT_E_UNAVAILABLE, path + " is no PKCS #11 module: it has no function list");
}

// Every function that is called here. The standard wants stubs for what a module does not do.
bool is_complete(const CK_FUNCTION_LIST &f) {
   return f.C_Initialize != nullptr && f.C_GetInfo != nullptr && f.C_GetSlotList != nullptr &&
          f.C_GetSlotInfo != nullptr && f.C_GetTokenInfo != nullptr &&
          f.C_GetMechanismList != nullptr && f.C_GetMechanismInfo != nullptr &&
          f.C_OpenSession != nullptr && f.C_CloseSession != nullptr &&
          f.C_GetSessionInfo != nullptr && f.C_Login != nullptr && f.C_CreateObject != nullptr &&
          f.C_DestroyObject != nullptr && f.C_GetAttributeValue != nullptr &&
          f.C_FindObjectsInit != nullptr && f.C_FindObjects != nullptr &&
          f.C_FindObjectsFinal != nullptr && f.C_EncryptInit != nullptr && f.C_Encrypt != nullptr &&
          f.C_DecryptInit != nullptr && f.C_Decrypt != nullptr && f.C_GenerateKey != nullptr &&
          f.C_GenerateKeyPair != nullptr && f.C_WrapKey != nullptr && f.C_UnwrapKey != nullptr &&
          f.C_DeriveKey != nullptr;
}

// C_Initialize is not to be called by two threads at once, and a module is the process's, whoever
// uses it here: hence a lock of the process, which guards nothing of this plugin (R-PRC-7).
// Modules share a few of them, so that none is ever made or freed.
std::timed_mutex &initialising(const CK_FUNCTION_LIST *functions) {
   static std::array<std::timed_mutex, 16> mutexes;
   return mutexes[(reinterpret_cast<std::uintptr_t>(functions) >> 5) % mutexes.size()];
}

// For modules that do not lock by themselves (CKR_CANT_LOCK).
CK_RV create_mutex(void **mutex) {
   *mutex = new (std::nothrow) std::mutex; // freed by destroy_mutex()
   return *mutex == nullptr ? CKR_HOST_MEMORY : CKR_OK;
}

CK_RV destroy_mutex(void *mutex) {
   delete static_cast<std::mutex *>(mutex);
   return CKR_OK;
}

CK_RV lock_mutex(void *mutex) {
   static_cast<std::mutex *>(mutex)->lock();
   return CKR_OK;
}

CK_RV unlock_mutex(void *mutex) {
   static_cast<std::mutex *>(mutex)->unlock();
   return CKR_OK;
}

// NSS reads one pointer beyond the standard's struct when pReserved is set, and wants it to be null.
struct InitializeArguments {
   CK_C_INITIALIZE_ARGS standard;
   void *nss_reserved;
};

} // namespace

Module::Module(std::string path, std::string parameters, std::uint32_t timeout_ms)
      : path_(std::move(path)),
        parameters_(std::move(parameters)),
        functions_(functions_of(path_)) {
   if (functions_->version.major < 2 || !is_complete(*functions_)) {
      throw Failure(KEYSEAT_E_UNSUPPORTED,
                    path_ + " is no complete PKCS #11 module of version 2 or later");
   }
   initialise(timeout_ms);
   const CK_RV rv = functions_->C_GetInfo(&info_);
   if (rv != CKR_OK) throw failure_of(CryptokiError("C_GetInfo", rv), "module " + path_);
}

void Module::initialise(std::uint32_t timeout_ms) {
   const std::chrono::milliseconds longest(timeout_ms == 0 ? kLongestWait : timeout_ms);
   const std::unique_lock<std::timed_mutex> lock(initialising(functions_), longest);
   if (!lock.owns_lock()) {
      throw Failure(KEYSEAT_E_UNAVAILABLE,
                    "the PKCS #11 module " + path_ + " has not come up: its initialisation hangs");
   }
   const platform::KeptSignals signals;
   InitializeArguments arguments{};
   arguments.standard.flags = CKF_OS_LOCKING_OK;
   if (!parameters_.empty()) arguments.standard.pReserved = parameters_.data();
   CK_RV rv = functions_->C_Initialize(&arguments);
   if (rv == CKR_CANT_LOCK) {
      arguments.standard.flags = 0;
      arguments.standard.CreateMutex = create_mutex;
      arguments.standard.DestroyMutex = destroy_mutex;
      arguments.standard.LockMutex = lock_mutex;
      arguments.standard.UnlockMutex = unlock_mutex;
      rv = functions_->C_Initialize(&arguments);
   }
   if (rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED) return;
   throw failure_of(CryptokiError("C_Initialize", rv), "module " + path_);
}

} // namespace pkcs11
