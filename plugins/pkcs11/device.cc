// SPDX-License-Identifier: Apache-2.0

#include "device.h"

#include "platform.h"

namespace pkcs11 {

using keyseat::sdk::PromptFailure;

namespace {

// Where the distribution keeps modules (PKCS11_MODULE_FOLDER) and p11-kit's proxy, by p11-kit's own word.
constexpr const char *kProxy = PKCS11_PROXY_MODULE;
constexpr const char *kModuleFolder = PKCS11_MODULE_FOLDER;

// RFC 7512 section 2.3: the file's name without lib and .so.
std::string path_of_module(const std::string &name) {
   for (const char *prefix : {"/lib", "/"}) {
      std::string path = kModuleFolder;
      path.append(prefix).append(name).append(".so");
      if (platform::file_exists(path)) return path;
   }
   throw Failure(KEYSEAT_E_UNAVAILABLE,
                 "there is no module " + name + " in " + std::string(kModuleFolder))
         .with_hint("let option 'module' name its path");
}

std::string list_of(const std::vector<Key> &keys, const Token &token) {
   std::string text;
   for (const Key &key : keys) {
      if (text.size() > 2000) return text + ", and more";
      text += (text.empty() ? "" : ", ") + describe_key(token, key);
   }
   return text;
}

bool same_token(const Token &token, const CK_TOKEN_INFO &now) {
   return field_text(token.info.serialNumber) == field_text(now.serialNumber) &&
          field_text(token.info.label) == field_text(now.label);
}

bool still_answers(const Attached &attached) {
   CK_TOKEN_INFO now{};
   return attached.module->functions().C_GetTokenInfo(attached.token.slot, &now) == CKR_OK &&
          same_token(attached.token, now);
}

// By a try with the public half; empty where that shows nothing.
std::string probed_alg(const Attached &attached, const Session &session, const Key &key) {
   const auto hash = probe_oaep(attached.module->functions(), session, key, attached.mechanisms);
   if (!hash) return {};
   return *hash == OaepHash::sha1 ? "RSA-OAEP" : "RSA-OAEP-256";
}

} // namespace

Key only_key(const FoundKeys &found, const Token &token) {
   if (found.keys.size() == 1) return found.keys.front();
   if (found.keys.size() > 1) {
      throw Failure(KEYSEAT_E_CONFIG, "the URI means " + std::to_string(found.keys.size()) +
                                            " keys: " + list_of(found.keys, token))
            .with_option("uri")
            .with_hint("add object, id or type to it");
   }
   if (!found.unsuitable.empty()) {
      throw Failure(KEYSEAT_E_UNSUPPORTED,
                    "the URI means no key that can be used here: " + found.unsuitable.front());
   }
   throw Failure(KEYSEAT_E_KEY_MISSING, token.name() + " has no key that the URI means");
}

Attached::Attached(std::shared_ptr<const Module> the_module, Token the_token, const KeyUri &uri)
      : module(std::move(the_module)),
        token(the_token),
        mechanisms(*module, token.slot),
        sessions(module, token.slot),
        login(module, token, uri.pin_source()) {}

Device::Device(DeviceSettings settings)
      : settings_(std::move(settings)), uri_(settings_.uri), process_(platform::process_id()) {
   const bool names_twice =
         !settings_.module.empty() && (!uri_.module_path().empty() || !uri_.module_name().empty());
   if (names_twice) {
      throw Failure(KEYSEAT_E_CONFIG, "both the URI and option 'module' name a module")
            .with_option("module")
            .with_hint("remove one of them");
   }
}

// A child of the process that opened it closes nothing: its sessions are the parent's.
Device::~Device() {
   if (attached_ != nullptr && platform::process_id() != process_) attached_->sessions.abandon();
}

std::string Device::module_path() const {
   if (!settings_.module.empty()) return settings_.module;
   if (!uri_.module_path().empty()) return uri_.module_path();
   return uri_.module_name().empty() ? kProxy : path_of_module(uri_.module_name());
}

// PKCS #11 section 5.4: a child has to begin anew (R-PRC-5).
void Device::require_same_process() const {
   if (platform::process_id() == process_) return;
   throw Failure(KEYSEAT_E_UNAVAILABLE, "this protector was opened before the process forked")
         .with_hint("open it again in the child");
}

std::shared_ptr<Attached> Device::attach(const Call &call) {
   require_same_process();
   {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (attached_ != nullptr) return attached_;
   }
   const std::lock_guard<std::mutex> attaching(attaching_);
   {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (attached_ != nullptr) return attached_;
   }
   auto module = std::make_shared<const Module>(module_path(), settings_.module_parameters,
                                                call.timeout_ms());
   call.check_cancelled();
   const Token token = find_token(*module, uri_);
   auto attached = std::make_shared<Attached>(std::move(module), token, uri_);
   const std::lock_guard<std::mutex> lock(mutex_);
   attached_ = attached;
   return attached;
}

void Device::detach(const std::shared_ptr<Attached> &attached) {
   const std::lock_guard<std::mutex> lock(mutex_);
   known_.reset();
   if (attached_ == attached) attached_.reset();
}

std::shared_ptr<const KnownKey> Device::cached_key() const {
   const std::lock_guard<std::mutex> lock(mutex_);
   return known_;
}

bool Device::has_login(const Call &call) {
   return with_token(call, [&](Attached &attached) {
      return in_session(call, attached.sessions, [&](const Session &session) {
         return attached.login.is_logged_in(session);
      });
   });
}

void Device::forget_key() {
   const std::lock_guard<std::mutex> lock(mutex_);
   known_.reset();
}

void Device::recover(const CryptokiError &error, const std::shared_ptr<Attached> &attached,
                     std::uint32_t attempt) {
   const std::string where =
         attached == nullptr ? "module " + module_path() : attached->token.name();
   const Meaning meaning = meaning_of(error.rv());
   if (meaning == Meaning::not_offered || meaning == Meaning::bad_input ||
       meaning == Meaning::other) {
      throw failure_of(error, where);
   }
   forget_key();
   if (attached != nullptr) {
      try {
         if (!still_answers(*attached)) {
            detach(attached);
         } else if (meaning != Meaning::handle && meaning != Meaning::login) {
            attached->sessions.renew();
         }
      } catch (const CryptokiError &) {
         detach(attached);
      }
   }
   if (attempt >= kMostTries) throw failure_of(error, where);
}

Operation Device::operation(const Call &call, Attached &attached, const Session &session,
                            const KnownKey &known) const {
   Operation op{attached.module->functions(),
                session.handle(),
                known.key,
                known.kid,
                call.secret_memory(),
                {}};
   if (known.key.always_authenticate) {
      op.confirm = [&call, &attached, &session, label = readable(known.key.label)] {
         attached.login.confirm_use(call, session, "key “" + label + "”");
      };
   }
   return op;
}

KnownKey Device::with_algorithm(const Call &call, Attached &attached, Key key) const {
   KnownKey known;
   known.key = std::move(key);
   known.kid = kid_of(attached.token, known.key);
   std::string wanted = settings_.alg;
   if (wanted.empty() && known.key.always_authenticate && known.key.is_rsa()) {
      // Not to be verified: what the public half shows has to do.
      wanted = in_session(call, attached.sessions, [&](const Session &session) {
         return probed_alg(attached, session, known.key);
      });
   }
   Algorithms algorithms;
   for (auto &algorithm : algorithms_of(known.key, attached.mechanisms)) {
      if (wanted.empty() || algorithm->alg() == wanted) algorithms.push_back(std::move(algorithm));
   }
   if (algorithms.empty() && !settings_.alg.empty()) {
      throw Failure(KEYSEAT_E_UNSUPPORTED,
                    "key “" + readable(known.key.label) + "” cannot be used by " + settings_.alg)
            .with_option("alg")
            .with_hint(
                  "compare its usage attributes and the token's mechanisms with the plugin's "
                  "README");
   }
   if (known.key.always_authenticate && !algorithms.empty()) {
      known.algorithm = algorithms.front();
   } else {
      known.algorithm = choose(algorithms, [&](const Algorithm &algorithm) {
         in_session(call, attached.sessions, [&](const Session &session) {
            verify(algorithm, operation(call, attached, session, known));
         });
      });
   }
   known.alg = known.algorithm->alg();
   if (known.key.jwk) known.jwk = known.key.jwk->with_alg(known.alg);
   return known;
}

std::shared_ptr<const KnownKey> Device::usable_key(const Call &call, Attached &attached) {
   const auto usable = [this]() -> std::shared_ptr<const KnownKey> {
      const std::lock_guard<std::mutex> lock(mutex_);
      return known_ != nullptr && known_->algorithm != nullptr ? known_ : nullptr;
   };
   if (auto known = usable()) return known;
   attached.login.require(call, attached.sessions);
   const std::lock_guard<std::mutex> finding(finding_);
   if (auto known = usable()) return known; // by another thread
   Key key = in_session(call, attached.sessions, [&](const Session &session) {
      const Objects objects(attached.module->functions(), session.handle());
      return only_key(find_keys(objects, attached.token, uri_), attached.token);
   });
   if (key.own_object == CK_INVALID_HANDLE) {
      throw Failure(KEYSEAT_E_KEY_MISSING, attached.token.name() + " has the public half only of " +
                                                 describe_key(attached.token, key));
   }
   auto known = std::make_shared<const KnownKey>(with_algorithm(call, attached, std::move(key)));
   const std::lock_guard<std::mutex> lock(mutex_);
   known_ = known;
   return known;
}

std::shared_ptr<const KnownKey> Device::visible_key(const Call &call) {
   return with_token(call, [&](Attached &attached) -> std::shared_ptr<const KnownKey> {
      std::shared_ptr<const KnownKey> known;
      {
         const std::lock_guard<std::mutex> lock(mutex_);
         known = known_;
      }
      if (known == nullptr) return look_for_visible_key(call, attached);
      // Another process may have destroyed it: throws CKR_OBJECT_HANDLE_INVALID.
      in_session(call, attached.sessions, [&](const Session &session) {
         const Key &key = known->key;
         const bool has_public = key.public_object != CK_INVALID_HANDLE;
         const Objects objects(attached.module->functions(), session.handle());
         const auto seen =
               objects.number(has_public ? key.public_object : key.own_object, CKA_CLASS);
         if (!seen) throw CryptokiError("C_GetAttributeValue", CKR_OBJECT_HANDLE_INVALID);
      });
      return known;
   });
}

std::shared_ptr<const KnownKey> Device::look_for_visible_key(const Call &call, Attached &attached) {
   const std::lock_guard<std::mutex> finding(finding_);
   KnownKey known;
   const bool is_found = in_session(call, attached.sessions, [&](const Session &session) {
      const Objects objects(attached.module->functions(), session.handle());
      const FoundKeys found = find_keys(objects, attached.token, uri_);
      // What is unsuitable may not be all that there is: the rest shows after a login.
      if (found.keys.empty()) return false;
      known.key = only_key(found, attached.token);
      known.kid = kid_of(attached.token, known.key);
      known.is_declared = known.key.public_half_wraps || !settings_.alg.empty();
      if (!known.key.is_rsa()) {
         if (known.key.is_pair()) known.alg = "ECDH-ES+A256KW";
         return true;
      }
      known.alg = settings_.alg.empty() ? probed_alg(attached, session, known.key) : settings_.alg;
      return true;
   });
   if (!is_found) return nullptr;
   if (known.key.jwk && !known.alg.empty()) known.jwk = known.key.jwk->with_alg(known.alg);
   auto shared = std::make_shared<const KnownKey>(std::move(known));
   const std::lock_guard<std::mutex> lock(mutex_);
   if (known_ == nullptr) known_ = shared;
   return known_;
}

} // namespace pkcs11
