// SPDX-License-Identifier: Apache-2.0
//
// The exception barrier: runs the author's code for one call of the contract and turns whatever it
// throws into keyseat_call.fail and a status (R-UNW-1, R-ERR-1). A detail of the layer.

#ifndef KEYSEAT_SDK_DETAIL_BARRIER_H
#define KEYSEAT_SDK_DETAIL_BARRIER_H

#include <keyseat/sdk/call.h>
#include <keyseat/sdk/failure.h>

#include <new>
#include <utility>

namespace keyseat::sdk::detail {

// The statuses that a failing function may return; OK is none of them.
inline bool is_failure_status(keyseat_status status) {
   switch (status) {
      case KEYSEAT_E_UNSUPPORTED:
      case KEYSEAT_E_CONFIG:
      case KEYSEAT_E_KEY_MISSING:
      case KEYSEAT_E_KEY_EXISTS:
      case KEYSEAT_E_LIMIT:
      case KEYSEAT_E_DENIED:
      case KEYSEAT_E_KEY_LOST:
      case KEYSEAT_E_AUTH_REQUIRED:
      case KEYSEAT_E_AUTH_FAILED:
      case KEYSEAT_E_AUTH_LOCKED:
      case KEYSEAT_E_DECLINED:
      case KEYSEAT_E_NOT_MINE:
      case KEYSEAT_E_TAMPERED:
      case KEYSEAT_E_TOO_NEW:
      case KEYSEAT_E_UNAVAILABLE:
      case KEYSEAT_E_BUSY:
      case KEYSEAT_E_TIMEOUT:
      case KEYSEAT_E_CANCELLED:
      case KEYSEAT_E_NO_MEMORY:
      case KEYSEAT_E_IO:
      case KEYSEAT_E_INTERNAL:
         return true;
      default:
         return false;
   }
}

inline const char *text_or_null(const std::string &text) {
   return text.empty() ? nullptr : text.c_str();
}

// Hands `failure` to the host and returns its status; one that is none becomes E_INTERNAL.
inline keyseat_status report(const keyseat_call *call, const Failure &failure) noexcept {
   keyseat_error error{};
   error.struct_size = sizeof error;
   error.status = is_failure_status(failure.status()) ? failure.status() : KEYSEAT_E_INTERNAL;
   error.retry_after_ms = failure.retry_after_ms();
   error.tries_left = failure.tries_left();
   error.native_code = failure.native_code();
   error.native_domain = text_or_null(failure.native_domain());
   error.message = failure.message().c_str();
   error.hint = text_or_null(failure.hint());
   error.option = text_or_null(failure.option());
   call->fail(call, &error);
   return error.status;
}

// The same for failures that leave nothing but a constant text; allocates nothing.
inline keyseat_status report(const keyseat_call *call, keyseat_status status,
                             const char *message) noexcept {
   keyseat_error error{};
   error.struct_size = sizeof error;
   error.status = status;
   error.tries_left = -1;
   error.message = message;
   call->fail(call, &error);
   return status;
}

// Runs `body`, which reports failure by throwing. The text of a foreign exception is dropped: the
// library that wrote it may have quoted a secret (R-ERR-2). Every TAMPERED gets the same text, and
// nothing else, whatever the author wrote (R-INT-2).
template <class Body>
keyseat_status guarded(const keyseat_call *call, Body &&body) noexcept {
   try {
      std::forward<Body>(body)();
      return KEYSEAT_OK;
   } catch (const PromptFailure &failure) {
      return is_failure_status(failure.status()) ? failure.status() : report(call, failure);
   } catch (const Failure &failure) {
      return failure.status() == KEYSEAT_E_TAMPERED
                   ? report(call, KEYSEAT_E_TAMPERED, kTamperedMessage)
                   : report(call, failure);
   } catch (const std::bad_alloc &) {
      return report(call, KEYSEAT_E_NO_MEMORY, "out of memory");
   } catch (...) {
      return report(call, KEYSEAT_E_INTERNAL, "the plugin failed in a way that it did not expect");
   }
}

} // namespace keyseat::sdk::detail

#endif
