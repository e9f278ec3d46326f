// SPDX-License-Identifier: Apache-2.0
//
// Login: proves to the token that this process may use its private objects.

#ifndef PKCS11_LOGIN_H
#define PKCS11_LOGIN_H

#include "session_pool.h"
#include "token.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

namespace pkcs11 {

using keyseat::sdk::SecretBytes;

// A login is the process's: with the first session that logs in, all do, whoever opened them, and it
// ends with the last one. So nobody is asked while somebody is logged in, and nothing here logs out.
//
// The PIN is not kept. Each C_Login takes an answer of its own from the host (R-PRM-1); what the token
// says of the tries left is shown before the question, and a token that is locked is not asked for.
// Two threads never ask at once, and no lock is held while a person is asked. Thread-safe.
class Login {
 public:
   // `pin_file`: what the URI names as pin-source; empty: the host is asked.
   Login(std::shared_ptr<const Module> module, Token token, std::string pin_file);

   // Logs in unless it is done. Throws CryptokiError, PromptFailure, and Failure: E_AUTH_FAILED,
   // E_AUTH_LOCKED, E_AUTH_REQUIRED, E_CANCELLED.
   void require(const Call &call, SessionPool &sessions);

   // Whether objects are visible that need a login.
   bool is_logged_in(const Session &session) const;

   // For one use of a key that wants the PIN each time (CKA_ALWAYS_AUTHENTICATE), after the operation
   // has begun in this session. Throws like require().
   void confirm_use(const Call &call, const Session &session, const std::string &key);

   static constexpr std::uint32_t kMostTries = 3;

 private:
   using Lock = std::unique_lock<std::mutex>;

   void log_in(const Call &call, const Session &session, CK_USER_TYPE user,
               const std::string &purpose);
   CK_RV try_once(const Call &call, const Session &session, CK_USER_TYPE user,
                  const std::string &purpose, std::uint32_t attempt, const std::string &error);
   SecretBytes ask(const Call &call, const CK_TOKEN_INFO &info, const std::string &purpose,
                   std::uint32_t attempt, const std::string &error) const;
   void wait_for_outcome(const Call &call, Lock &held);
   void finish(std::optional<Failure> failure);

   std::shared_ptr<const Module> module_;
   Token token_;
   std::string pin_file_;
   std::atomic<bool> pin_file_is_wrong_ = false;
   std::mutex mutex_; // guards what follows; never held while a PIN is asked for
   std::condition_variable finished_;
   bool is_asking_ = false;
   std::uint64_t outcomes_ = 0;
   std::optional<Failure> last_failure_;
};

} // namespace pkcs11

#endif
