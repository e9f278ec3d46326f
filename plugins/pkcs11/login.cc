// SPDX-License-Identifier: Apache-2.0

#include "login.h"

#include <keyseat/sdk/jose/key_file.h>

#include <chrono>

namespace pkcs11 {

using keyseat::sdk::PromptFailure;
using keyseat::sdk::Question;

namespace {

bool is_wrong_pin(CK_RV rv) {
   return rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE;
}

// What the token says about the tries that are left, for the question and for status.
const char *tries_warning(const CK_TOKEN_INFO &info) {
   if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0) return "final try before the token locks";
   if ((info.flags & CKF_USER_PIN_COUNT_LOW) != 0) return "a wrong PIN was given before";
   return "";
}

Failure locked(const Token &token) {
   return Failure(KEYSEAT_E_AUTH_LOCKED,
                  "the user PIN of " + token.name() + " is locked after too many wrong tries")
         .with_tries_left(0)
         .with_hint("the token's administrator (security officer) can set a new user PIN");
}

Failure wrong_pin(const Token &token, const CK_TOKEN_INFO &info) {
   const bool is_final = (info.flags & CKF_USER_PIN_FINAL_TRY) != 0;
   return Failure(KEYSEAT_E_AUTH_FAILED,
                  "wrong PIN for " + token.name() +
                        (is_final ? "; one try is left before it locks" : ""))
         .with_tries_left(is_final ? 1 : -1);
}

void drop_line_end(SecretBytes &pin) {
   if (!pin.empty() && pin.reveal_text().back() == '\n') pin.resize(pin.size() - 1);
   if (!pin.empty() && pin.reveal_text().back() == '\r') pin.resize(pin.size() - 1);
}

// A token without sensible limits does not limit.
bool has_possible_length(const SecretBytes &pin, const CK_TOKEN_INFO &info) {
   if (pin.empty()) return false;
   const bool is_sane = info.ulMinPinLen <= info.ulMaxPinLen && info.ulMaxPinLen > 0;
   return !is_sane || (pin.size() >= info.ulMinPinLen && pin.size() <= info.ulMaxPinLen);
}

} // namespace

Login::Login(std::shared_ptr<const Module> module, Token token, std::string pin_file)
      : module_(std::move(module)), token_(token), pin_file_(std::move(pin_file)) {}

bool Login::is_logged_in(const Session &session) const {
   if (!token_.has(CKF_LOGIN_REQUIRED)) return true;
   CK_SESSION_INFO info{};
   check(module_->functions().C_GetSessionInfo(session.handle(), &info), "C_GetSessionInfo");
   return info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS;
}

void Login::require(const Call &call, SessionPool &sessions) {
   const Session session = sessions.take(call);
   if (is_logged_in(session)) return;
   {
      Lock lock(mutex_);
      if (is_asking_) return wait_for_outcome(call, lock);
      is_asking_ = true;
   }
   try {
      if (!is_logged_in(session)) log_in(call, session, CKU_USER, "");
   } catch (const PromptFailure &failure) {
      finish(Failure(failure.status(), "the PIN of " + token_.name() + " was not given"));
      throw;
   } catch (const CryptokiError &error) {
      finish(failure_of(error, token_.name()));
      throw;
   } catch (const Failure &failure) {
      finish(failure);
      throw;
   } catch (...) {
      finish(Failure(KEYSEAT_E_INTERNAL, "the login failed in an unforeseen way"));
      throw;
   }
   finish(std::nullopt);
}

// A person who has just declined, or failed three times, is not asked at once by the next thread.
void Login::wait_for_outcome(const Call &call, Lock &held) {
   const std::uint64_t before = outcomes_;
   while (outcomes_ == before) {
      finished_.wait_for(held, std::chrono::milliseconds(50));
      call.check_cancelled();
   }
   if (last_failure_) throw Failure(*last_failure_);
}

void Login::finish(std::optional<Failure> failure) {
   const Lock lock(mutex_);
   is_asking_ = false;
   ++outcomes_;
   last_failure_ = std::move(failure);
   finished_.notify_all();
}

void Login::confirm_use(const Call &call, const Session &session, const std::string &key) {
   log_in(call, session, CKU_CONTEXT_SPECIFIC, ", to use " + key);
}

void Login::log_in(const Call &call, const Session &session, CK_USER_TYPE user,
                   const std::string &purpose) {
   std::string error;
   for (std::uint32_t attempt = 1; attempt <= kMostTries; ++attempt) {
      call.check_cancelled();
      const CK_RV rv = try_once(call, session, user, purpose, attempt, error);
      if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN) return;
      if (rv == CKR_PIN_LOCKED) throw locked(token_);
      if (!is_wrong_pin(rv)) throw CryptokiError("C_Login", rv);
      error = "wrong PIN";
      // The last try is a person's decision, not a loop's.
      const CK_TOKEN_INFO info = read_token_info(*module_, token_.slot);
      if ((info.flags & CKF_USER_PIN_LOCKED) != 0) throw locked(token_);
      if ((info.flags & CKF_USER_PIN_FINAL_TRY) != 0 || !pin_file_.empty()) {
         throw wrong_pin(token_, info);
      }
   }
   throw wrong_pin(token_, read_token_info(*module_, token_.slot));
}

// One question and one C_Login; an answer that no PIN of this token can be costs no try.
CK_RV Login::try_once(const Call &call, const Session &session, CK_USER_TYPE user,
                      const std::string &purpose, std::uint32_t attempt, const std::string &error) {
   const CK_FUNCTION_LIST &f = module_->functions();
   const CK_TOKEN_INFO info = read_token_info(*module_, token_.slot);
   if ((info.flags & CKF_USER_PIN_LOCKED) != 0) throw locked(token_);
   if ((info.flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0) {
      if (call.no_interaction()) {
         throw Failure(
               KEYSEAT_E_AUTH_REQUIRED,
               token_.name() + " wants its PIN on its own keypad, and nobody is to be asked");
      }
      return f.C_Login(session.handle(), user, nullptr, 0);
   }
   const SecretBytes pin = ask(call, info, purpose, attempt, error);
   if (!has_possible_length(pin, info)) return CKR_PIN_LEN_RANGE;
   const CK_RV rv = f.C_Login(session.handle(), user, input(pin), pin.size());
   if (is_wrong_pin(rv) && !pin_file_.empty()) pin_file_is_wrong_ = true;
   return rv;
}

SecretBytes Login::ask(const Call &call, const CK_TOKEN_INFO &info, const std::string &purpose,
                       std::uint32_t attempt, const std::string &error) const {
   if (!pin_file_.empty()) {
      if (pin_file_is_wrong_) {
         throw Failure(KEYSEAT_E_AUTH_FAILED, "the PIN in " + pin_file_ + " was wrong for " +
                                                    token_.name() + "; it is not tried again")
               .with_hint("correct the file before the token locks");
      }
      SecretBytes pin = keyseat::sdk::jose::read_key_file(call.secret_memory(), pin_file_, true);
      drop_line_end(pin);
      return pin;
   }
   const std::string warning = tries_warning(info);
   Question question;
   question.secret = "pin-source";
   question.title =
         "PIN of " + token_.name() + purpose + (warning.empty() ? "" : " (" + warning + ")");
   question.error = error;
   question.attempt = attempt;
   question.tries_left = (info.flags & CKF_USER_PIN_FINAL_TRY) != 0 ? 1 : -1;
   return call.ask(question);
}

} // namespace pkcs11
