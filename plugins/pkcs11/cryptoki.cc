// SPDX-License-Identifier: Apache-2.0

#include "cryptoki.h"

#include <algorithm>
#include <array>

namespace pkcs11 {

namespace {

// Of PKCS #11 3.0, and of 2.40 where p11-kit's header lacks them.
constexpr CK_RV kActionProhibited = 0x1b;
constexpr CK_RV kAeadDecryptFailed = 0x42;
constexpr CK_RV kCurveNotSupported = 0x140;
constexpr CK_RV kPinTooWeak = 0x1b8;
constexpr CK_RV kPublicKeyInvalid = 0x1b9;
constexpr CK_RV kOperationCancelFailed = 0x202;

struct Row {
   CK_RV rv;
   const char *name;
   Meaning meaning;
};

using M = Meaning;

constexpr std::array kRows{
      Row{CKR_CANCEL, "CKR_CANCEL", M::other},
      Row{CKR_HOST_MEMORY, "CKR_HOST_MEMORY", M::other},
      Row{CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", M::device},
      Row{CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", M::vague},
      Row{CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", M::vague},
      Row{CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", M::not_offered},
      Row{CKR_NO_EVENT, "CKR_NO_EVENT", M::other},
      Row{CKR_NEED_TO_CREATE_THREADS, "CKR_NEED_TO_CREATE_THREADS", M::other},
      Row{CKR_CANT_LOCK, "CKR_CANT_LOCK", M::other},
      Row{CKR_ATTRIBUTE_READ_ONLY, "CKR_ATTRIBUTE_READ_ONLY", M::not_offered},
      Row{CKR_ATTRIBUTE_SENSITIVE, "CKR_ATTRIBUTE_SENSITIVE", M::not_offered},
      Row{CKR_ATTRIBUTE_TYPE_INVALID, "CKR_ATTRIBUTE_TYPE_INVALID", M::not_offered},
      Row{CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID", M::not_offered},
      Row{kActionProhibited, "CKR_ACTION_PROHIBITED", M::not_offered},
      Row{CKR_DATA_INVALID, "CKR_DATA_INVALID", M::bad_input},
      Row{CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE", M::bad_input},
      Row{CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", M::device},
      Row{CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", M::other},
      Row{CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", M::device},
      Row{CKR_ENCRYPTED_DATA_INVALID, "CKR_ENCRYPTED_DATA_INVALID", M::bad_input},
      Row{CKR_ENCRYPTED_DATA_LEN_RANGE, "CKR_ENCRYPTED_DATA_LEN_RANGE", M::bad_input},
      Row{kAeadDecryptFailed, "CKR_AEAD_DECRYPT_FAILED", M::bad_input},
      Row{CKR_FUNCTION_CANCELED, "CKR_FUNCTION_CANCELED", M::other},
      Row{CKR_FUNCTION_NOT_PARALLEL, "CKR_FUNCTION_NOT_PARALLEL", M::other},
      Row{CKR_FUNCTION_NOT_SUPPORTED, "CKR_FUNCTION_NOT_SUPPORTED", M::not_offered},
      Row{CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID", M::handle},
      Row{CKR_KEY_SIZE_RANGE, "CKR_KEY_SIZE_RANGE", M::not_offered},
      Row{CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT", M::not_offered},
      Row{CKR_KEY_NOT_WRAPPABLE, "CKR_KEY_NOT_WRAPPABLE", M::not_offered},
      Row{CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED", M::not_offered},
      Row{CKR_KEY_UNEXTRACTABLE, "CKR_KEY_UNEXTRACTABLE", M::not_offered},
      Row{CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", M::not_offered},
      Row{CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID", M::not_offered},
      Row{CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID", M::handle},
      Row{CKR_OPERATION_ACTIVE, "CKR_OPERATION_ACTIVE", M::session},
      Row{CKR_OPERATION_NOT_INITIALIZED, "CKR_OPERATION_NOT_INITIALIZED", M::session},
      Row{CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", M::other},
      Row{CKR_PIN_INVALID, "CKR_PIN_INVALID", M::other},
      Row{CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", M::other},
      Row{CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED", M::other},
      Row{CKR_PIN_LOCKED, "CKR_PIN_LOCKED", M::other},
      Row{kPinTooWeak, "CKR_PIN_TOO_WEAK", M::other},
      Row{kPublicKeyInvalid, "CKR_PUBLIC_KEY_INVALID", M::bad_input},
      Row{CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", M::session},
      Row{CKR_SESSION_COUNT, "CKR_SESSION_COUNT", M::other},
      Row{CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", M::session},
      Row{CKR_SESSION_PARALLEL_NOT_SUPPORTED, "CKR_SESSION_PARALLEL_NOT_SUPPORTED", M::other},
      Row{CKR_SESSION_READ_ONLY, "CKR_SESSION_READ_ONLY", M::other},
      Row{CKR_SESSION_EXISTS, "CKR_SESSION_EXISTS", M::other},
      Row{CKR_SESSION_READ_ONLY_EXISTS, "CKR_SESSION_READ_ONLY_EXISTS", M::other},
      Row{CKR_SESSION_READ_WRITE_SO_EXISTS, "CKR_SESSION_READ_WRITE_SO_EXISTS", M::other},
      Row{CKR_SIGNATURE_INVALID, "CKR_SIGNATURE_INVALID", M::bad_input},
      Row{CKR_SIGNATURE_LEN_RANGE, "CKR_SIGNATURE_LEN_RANGE", M::bad_input},
      Row{CKR_TEMPLATE_INCOMPLETE, "CKR_TEMPLATE_INCOMPLETE", M::not_offered},
      Row{CKR_TEMPLATE_INCONSISTENT, "CKR_TEMPLATE_INCONSISTENT", M::not_offered},
      Row{CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", M::device},
      Row{CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", M::device},
      Row{CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED", M::other},
      Row{CKR_UNWRAPPING_KEY_HANDLE_INVALID, "CKR_UNWRAPPING_KEY_HANDLE_INVALID", M::handle},
      Row{CKR_UNWRAPPING_KEY_SIZE_RANGE, "CKR_UNWRAPPING_KEY_SIZE_RANGE", M::not_offered},
      Row{CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT, "CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT",
          M::not_offered},
      Row{CKR_USER_ALREADY_LOGGED_IN, "CKR_USER_ALREADY_LOGGED_IN", M::other},
      Row{CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", M::login},
      Row{CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED", M::other},
      Row{CKR_USER_TYPE_INVALID, "CKR_USER_TYPE_INVALID", M::not_offered},
      Row{CKR_USER_ANOTHER_ALREADY_LOGGED_IN, "CKR_USER_ANOTHER_ALREADY_LOGGED_IN", M::other},
      Row{CKR_USER_TOO_MANY_TYPES, "CKR_USER_TOO_MANY_TYPES", M::other},
      Row{CKR_WRAPPED_KEY_INVALID, "CKR_WRAPPED_KEY_INVALID", M::bad_input},
      Row{CKR_WRAPPED_KEY_LEN_RANGE, "CKR_WRAPPED_KEY_LEN_RANGE", M::bad_input},
      Row{CKR_WRAPPING_KEY_HANDLE_INVALID, "CKR_WRAPPING_KEY_HANDLE_INVALID", M::handle},
      Row{CKR_WRAPPING_KEY_SIZE_RANGE, "CKR_WRAPPING_KEY_SIZE_RANGE", M::not_offered},
      Row{CKR_WRAPPING_KEY_TYPE_INCONSISTENT, "CKR_WRAPPING_KEY_TYPE_INCONSISTENT", M::not_offered},
      Row{CKR_RANDOM_SEED_NOT_SUPPORTED, "CKR_RANDOM_SEED_NOT_SUPPORTED", M::other},
      Row{CKR_RANDOM_NO_RNG, "CKR_RANDOM_NO_RNG", M::not_offered},
      Row{CKR_DOMAIN_PARAMS_INVALID, "CKR_DOMAIN_PARAMS_INVALID", M::not_offered},
      Row{kCurveNotSupported, "CKR_CURVE_NOT_SUPPORTED", M::not_offered},
      Row{CKR_BUFFER_TOO_SMALL, "CKR_BUFFER_TOO_SMALL", M::vague},
      Row{CKR_SAVED_STATE_INVALID, "CKR_SAVED_STATE_INVALID", M::other},
      Row{CKR_INFORMATION_SENSITIVE, "CKR_INFORMATION_SENSITIVE", M::not_offered},
      Row{CKR_STATE_UNSAVEABLE, "CKR_STATE_UNSAVEABLE", M::other},
      Row{CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED", M::device},
      Row{CKR_CRYPTOKI_ALREADY_INITIALIZED, "CKR_CRYPTOKI_ALREADY_INITIALIZED", M::other},
      Row{CKR_MUTEX_BAD, "CKR_MUTEX_BAD", M::other},
      Row{CKR_MUTEX_NOT_LOCKED, "CKR_MUTEX_NOT_LOCKED", M::other},
      Row{kOperationCancelFailed, "CKR_OPERATION_CANCEL_FAILED", M::session},
      Row{CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED", M::other},
};

const Row *row_of(CK_RV rv) {
   const auto *found =
         std::find_if(kRows.begin(), kRows.end(), [rv](const Row &row) { return row.rv == rv; });
   return found == kRows.end() ? nullptr : found;
}

std::string hex(CK_RV rv) {
   static constexpr char kDigits[] = "0123456789abcdef";
   std::string text;
   do {
      text.insert(text.begin(), kDigits[rv % 16]);
      rv /= 16;
   } while (rv != 0);
   return "0x" + text;
}

struct Advice {
   keyseat_status status;
   const char *hint; // null: none
};

Advice advice_of(CK_RV rv) {
   switch (rv) {
      case CKR_HOST_MEMORY:
         return {KEYSEAT_E_NO_MEMORY, nullptr};
      case CKR_DEVICE_MEMORY:
         return {KEYSEAT_E_UNAVAILABLE, "the token has no room left: remove objects from it"};
      case CKR_SESSION_COUNT:
         return {KEYSEAT_E_BUSY,
                 "the token takes no more sessions: end other programs that use it"};
      case CKR_USER_NOT_LOGGED_IN:
         return {KEYSEAT_E_AUTH_REQUIRED, nullptr};
      case CKR_USER_ANOTHER_ALREADY_LOGGED_IN:
         return {KEYSEAT_E_BUSY, "the security officer is logged in to the token in this process"};
      case CKR_PIN_LOCKED:
         return {KEYSEAT_E_AUTH_LOCKED,
                 "the token's administrator (security officer) can set a new user PIN"};
      case CKR_PIN_EXPIRED:
         return {KEYSEAT_E_DENIED, "set a new PIN with the vendor's tool"};
      case CKR_USER_PIN_NOT_INITIALIZED:
         return {KEYSEAT_E_DENIED,
                 "the token's administrator (security officer) has to set a user PIN first"};
      case CKR_FUNCTION_CANCELED:
      case CKR_FUNCTION_REJECTED:
      case CKR_CANCEL:
         return {KEYSEAT_E_DECLINED, nullptr};
      case CKR_TOKEN_WRITE_PROTECTED:
      case CKR_SESSION_READ_ONLY:
      case kActionProhibited:
         return {KEYSEAT_E_DENIED, "the token or its policy does not let this user change it"};
      case CKR_CANT_LOCK:
      case CKR_NEED_TO_CREATE_THREADS:
         return {KEYSEAT_E_UNSUPPORTED, "the module does not let several threads use it"};
      default:
         break;
   }
   switch (meaning_of(rv)) {
      case Meaning::not_offered:
         return {KEYSEAT_E_UNSUPPORTED,
                 "compare the key's usage attributes and the token's mechanisms with the plugin's "
                 "README"};
      case Meaning::handle:
         return {KEYSEAT_E_KEY_MISSING, nullptr};
      default:
         return {KEYSEAT_E_UNAVAILABLE,
                 "check the device, its connection and its service, and the module's own log"};
   }
}

} // namespace

Meaning meaning_of(CK_RV rv) {
   const Row *row = row_of(rv);
   // Codes of vendors (CKR_VENDOR_DEFINED) and of later versions may mean anything.
   return row == nullptr ? Meaning::vague : row->meaning;
}

std::string rv_name(CK_RV rv) {
   const Row *row = row_of(rv);
   return row == nullptr ? hex(rv) : std::string(row->name) + " (" + hex(rv) + ")";
}

Failure failure_of(const CryptokiError &error, const std::string &where) {
   const Advice advice = advice_of(error.rv());
   Failure failure = Failure(advice.status, std::string(error.function()) + " of " + where +
                                                  " failed: " + rv_name(error.rv()))
                           .with_native("pkcs11", static_cast<std::int64_t>(error.rv()));
   if (advice.hint == nullptr) return failure;
   return std::move(failure).with_hint(advice.hint);
}

} // namespace pkcs11
