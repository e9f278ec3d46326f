// SPDX-License-Identifier: Apache-2.0
//
// Failure: what plugin code throws. The layer turns it into keyseat_call.fail and a status.

#ifndef KEYSEAT_SDK_FAILURE_H
#define KEYSEAT_SDK_FAILURE_H

#include <keyseat/plugin/status.h>

#include <cstdint>
#include <exception>
#include <string>
#include <utility>

namespace keyseat::sdk {

// A failed operation, in the terms of keyseat_error. No text of it holds a secret (R-ERR-2).
//
//    throw Failure(KEYSEAT_E_UNAVAILABLE, "the TPM does not answer")
//        .with_hint("check that the user is in group tss")
//        .with_native("tss2", 0xa000a);
class Failure : public std::exception {
 public:
   Failure(keyseat_status status, std::string message)
         : status_(status), message_(std::move(message)) {}

   Failure &&with_hint(std::string hint) && {
      hint_ = std::move(hint);
      return std::move(*this);
   }
   Failure &&with_option(std::string option) && {
      option_ = std::move(option);
      return std::move(*this);
   }
   Failure &&with_native(std::string domain, std::int64_t code) && {
      native_domain_ = std::move(domain);
      native_code_ = code;
      return std::move(*this);
   }
   Failure &&with_tries_left(std::int32_t tries) && {
      tries_left_ = tries;
      return std::move(*this);
   }
   Failure &&with_retry_after_ms(std::uint32_t milliseconds) && {
      retry_after_ms_ = milliseconds;
      return std::move(*this);
   }

   const char *what() const noexcept override { return message_.c_str(); }
   keyseat_status status() const { return status_; }
   const std::string &message() const { return message_; }
   const std::string &hint() const { return hint_; }
   const std::string &option() const { return option_; }
   const std::string &native_domain() const { return native_domain_; }
   std::int64_t native_code() const { return native_code_; }
   std::int32_t tries_left() const { return tries_left_; }
   std::uint32_t retry_after_ms() const { return retry_after_ms_; }

 private:
   keyseat_status status_;
   std::string message_;
   std::string hint_;
   std::string option_;
   std::string native_domain_;
   std::int64_t native_code_ = 0;
   std::int32_t tries_left_ = -1;
   std::uint32_t retry_after_ms_ = 0;
};

// "Not mine": decided from `alg`, `kid` and shape alone (R-INT-1).
inline Failure not_mine() {
   return {KEYSEAT_E_NOT_MINE, "the encrypted key belongs to another key or algorithm"};
}

// The one answer to every failure of an unwrap after that (R-INT-2).
inline constexpr const char *kTamperedMessage = "the encrypted key does not unwrap under this key";
inline Failure tampered() { return {KEYSEAT_E_TAMPERED, kTamperedMessage}; }

} // namespace keyseat::sdk

#endif
