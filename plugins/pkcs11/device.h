// SPDX-License-Identifier: Apache-2.0
//
// Device: the token and the key that one protector is configured for, found when they are needed, kept,
// and found again when they got lost.

#ifndef PKCS11_DEVICE_H
#define PKCS11_DEVICE_H

#include "algorithm.h"
#include "login.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace pkcs11 {

struct DeviceSettings {
   std::string uri;
   std::string module;            // a path; empty: what the URI names, else p11-kit's proxy
   std::string module_parameters; // for C_Initialize
   std::string alg;               // the one to use; empty: the best
};

// What is known of the key that the URI means. Immutable.
struct KnownKey {
   Key key;
   std::string kid;
   std::string alg;                            // empty: shows only when the key is used
   std::optional<jose::PublicJwk> jwk;         // with that `alg`
   std::shared_ptr<const Algorithm> algorithm; // null until a login
   bool is_declared = false; // by the public half's attributes or the configuration: it can unwrap

   // Whether wrapping needs neither login nor token.
   bool wraps_in_software() const {
      return jwk && !alg.empty() && (algorithm != nullptr || is_declared);
   }
};

// A token that was found, its sessions and its login.
struct Attached {
   Attached(std::shared_ptr<const Module> the_module, Token the_token, const KeyUri &uri);

   std::shared_ptr<const Module> module;
   Token token;
   Mechanisms mechanisms;
   SessionPool sessions;
   Login login;
};

// Thread-safe. Functions throw Failure and PromptFailure, never CryptokiError.
//
// What a call needs is tried anew, at most kMostTries times, when the token shows that sessions, the
// login, the key's handle or the token itself have become invalid since. Nothing of that asks for a
// PIN unless the login is really gone.
class Device {
 public:
   explicit Device(DeviceSettings settings);
   Device(const Device &) = delete;
   Device &operator=(const Device &) = delete;
   ~Device();

   const KeyUri &uri() const { return uri_; }
   const std::string &wanted_alg() const { return settings_.alg; }
   std::string module_path() const;

   // Runs `use(Attached &)` without a login.
   template <class Use>
   auto with_token(const Call &call, const Use &use) {
      for (std::uint32_t attempt = 1;; ++attempt) {
         std::shared_ptr<Attached> attached;
         try {
            attached = attach(call);
            return use(*attached);
         } catch (const CryptokiError &error) {
            recover(error, attached, attempt);
         }
      }
   }

   // The same without trying anew, for what changes the token.
   template <class Use>
   auto with_token_once(const Call &call, const Use &use) {
      std::shared_ptr<Attached> attached;
      try {
         attached = attach(call);
         return use(*attached);
      } catch (const CryptokiError &error) {
         recover(error, attached, kMostTries);
         throw; // not reached: recover() throws after the last try
      }
   }

   // Runs `use(Attached &, const KnownKey &)`, logged in, with a key whose algorithm is known to work.
   template <class Use>
   auto with_key(const Call &call, const Use &use) {
      return with_token(call, [&](Attached &attached) {
         const auto known = usable_key(call, attached);
         return use(attached, *known);
      });
   }

   // What can be seen of the key without a prompt; null where that is nothing. Looks at the token each
   // time whether a key that was seen before is still there. Throws E_CONFIG where several match.
   std::shared_ptr<const KnownKey> visible_key(const Call &call);

   // The key as it was seen last, without a look at the token; null when it was not.
   std::shared_ptr<const KnownKey> cached_key() const;

   // Whether this process is logged in to the token.
   bool has_login(const Call &call);

   // What an operation with `known` needs, in `session`.
   Operation operation(const Call &call, Attached &attached, const Session &session,
                       const KnownKey &known) const;

   // The algorithm for a key, verified by use, or by the attributes alone where each use takes a PIN.
   KnownKey with_algorithm(const Call &call, Attached &attached, Key key) const;

   void forget_key();

   static constexpr std::uint32_t kMostTries = 3;

 private:
   std::shared_ptr<Attached> attach(const Call &call);
   void detach(const std::shared_ptr<Attached> &attached);
   void recover(const CryptokiError &error, const std::shared_ptr<Attached> &attached,
                std::uint32_t attempt);
   std::shared_ptr<const KnownKey> usable_key(const Call &call, Attached &attached);
   std::shared_ptr<const KnownKey> look_for_visible_key(const Call &call, Attached &attached);
   void require_same_process() const;

   DeviceSettings settings_;
   KeyUri uri_;
   std::int64_t process_;
   std::mutex attaching_;     // held while module and token are looked for
   std::mutex finding_;       // held while the key is looked for; never while a PIN is asked
   mutable std::mutex mutex_; // guards what follows; held for moments only
   std::shared_ptr<Attached> attached_;
   std::shared_ptr<const KnownKey> known_;
};

// The one key of `found`. Throws Failure: E_KEY_MISSING, E_UNSUPPORTED, E_CONFIG with the candidates.
Key only_key(const FoundKeys &found, const Token &token);

// Runs `use(const Session &)` in a session that is not used again when the token refuses something in
// it.
template <class Use>
auto in_session(const Call &call, SessionPool &sessions, const Use &use) {
   Session session = sessions.take(call);
   try {
      return use(static_cast<const Session &>(session));
   } catch (const CryptokiError &) {
      session.discard();
      throw;
   }
}

} // namespace pkcs11

#endif
