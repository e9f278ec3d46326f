// SPDX-License-Identifier: Apache-2.0

#include "protector.h"

#include "shape.h"

#include <keyseat/sdk/jose/details.h>

namespace pkcs11 {

using keyseat::sdk::not_mine;
using keyseat::sdk::tampered;

namespace {

// Whether a refusal may be due to what was handed in. Modules are not exact: SoftHSM answers a GCM tag
// that differs with CKR_GENERAL_ERROR, others bad padding with CKR_DEVICE_ERROR.
bool may_be_the_input(CK_RV rv) {
   const Meaning meaning = meaning_of(rv);
   return meaning == Meaning::vague || meaning == Meaning::not_offered || rv == CKR_DEVICE_ERROR;
}

// Whether the key wraps and unwraps at this moment. Where each use takes a PIN, whether the token
// answers has to do.
bool works(const Device &device, const Call &call, Attached &attached, const KnownKey &known) {
   try {
      if (known.key.always_authenticate) {
         read_token_info(*attached.module, attached.token.slot);
         return true;
      }
      in_session(call, attached.sessions, [&](const Session &session) {
         verify(*known.algorithm, device.operation(call, attached, session, known));
      });
      return true;
   } catch (const CryptokiError &) {
      return false;
   } catch (const Failure &failure) {
      if (failure.status() == KEYSEAT_E_CANCELLED) throw;
      return false;
   }
}

} // namespace

WrappedKey Pkcs11Protector::wrap(const Call &call, BytesView cek) {
   const auto cached = device_.cached_key();
   const bool is_secret = cached != nullptr && !cached->key.is_pair();
   if (const auto known = is_secret ? nullptr : device_.visible_key(call)) {
      if (known->wraps_in_software()) {
         return jose::wrap_key(call.secret_memory(), *known->jwk, cek);
      }
   }
   return device_.with_key(call, [&](Attached &attached, const KnownKey &known) {
      if (known.jwk) return jose::wrap_key(call.secret_memory(), *known.jwk, cek);
      return in_session(call, attached.sessions, [&](const Session &session) {
         return known.algorithm->wrap(device_.operation(call, attached, session, known), cek);
      });
   });
}

// Before any prompt, as far as that can be told (R-INT-1).
void Pkcs11Protector::refuse_foreign(const Call &call, std::string_view header,
                                     BytesView encrypted_key) {
   const jose::JoseHeader possible = require_possible(header, encrypted_key, device_.wanted_alg());
   auto known = device_.cached_key();
   if (known == nullptr) known = device_.visible_key(call);
   if (known != nullptr) {
      require_mine(header, encrypted_key, *known);
      return;
   }
   // Nothing is in sight. A secret key is named by its id, which the URI may tell.
   const bool is_for_secret_key = !possible.epk && possible.alg.find("RSA") == std::string::npos;
   if (!is_for_secret_key || !possible.kid || !device_.uri().id()) return;
   const std::string kid = device_.with_token(
         call, [&](Attached &attached) { return secret_kid(attached.token, *device_.uri().id()); });
   if (kid != *possible.kid) throw not_mine();
}

SecretBytes Pkcs11Protector::unwrap(const Call &call, std::string_view header,
                                    BytesView encrypted_key) {
   refuse_foreign(call, header, encrypted_key);
   return device_.with_key(call, [&](Attached &attached, const KnownKey &known) {
      const jose::JoseHeader mine = require_mine(header, encrypted_key, known);
      return unwrap_on_token(call, attached, known, mine, encrypted_key);
   });
}

// A code that may mean anything is the input's fault (tampered) only when the key works with other
// input, before and after: a device that fails is never called tampering, nor the reverse. A CEK of
// another size, which an outsider can wrap, and a shared secret that opens nothing have to come twice.
SecretBytes Pkcs11Protector::unwrap_on_token(const Call &call, Attached &attached,
                                             const KnownKey &known, const jose::JoseHeader &header,
                                             BytesView encrypted_key) {
   for (bool is_repeated = false;; is_repeated = true) {
      try {
         SecretBytes cek = in_session(call, attached.sessions, [&](const Session &session) {
            return known.algorithm->unwrap(device_.operation(call, attached, session, known),
                                           header, encrypted_key);
         });
         if (cek.size() == KEYSEAT_CEK_SIZE) return cek;
         if (is_repeated) throw tampered();
      } catch (const Failure &failure) {
         if (failure.status() != KEYSEAT_E_TAMPERED || is_repeated) throw;
      } catch (const CryptokiError &error) {
         if (meaning_of(error.rv()) == Meaning::bad_input) throw tampered();
         if (!may_be_the_input(error.rv())) throw;
         if (!works(device_, call, attached, known)) throw CryptokiError(error);
         if (is_repeated) throw tampered();
      }
   }
}

std::string Pkcs11Protector::export_public_key(const Call &call) {
   const auto known = device_.visible_key(call);
   if (known == nullptr) {
      throw Failure(KEYSEAT_E_KEY_MISSING,
                    "the token shows no public key that the URI means without a login");
   }
   if (!known->key.is_pair()) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "a symmetric key has no public half")
            .with_hint("create a key pair to let others encrypt to this protector");
   }
   if (known->wraps_in_software()) return known->jwk->to_json();
   // Which algorithm the token takes shows only in use.
   if (!device_.has_login(call)) {
      throw Failure(KEYSEAT_E_AUTH_REQUIRED,
                    "whether the key can decrypt, and how, shows only after a login")
            .with_hint(
                  "name the algorithm by option 'alg', or set CKA_ENCRYPT (RSA) or CKA_DERIVE "
                  "(EC) of the public key");
   }
   return device_.with_key(
         call, [](Attached &, const KnownKey &usable) { return usable.jwk->to_json(); });
}

std::string inspect(std::string_view header, BytesView encrypted_key) {
   const jose::JoseHeader read = require_possible(header, encrypted_key, {});
   jose::Details details;
   details.add("needs", "the token with the key that has this kid");
   details.add("alg", read.alg);
   if (read.kid) details.add("kid", *read.kid);
   if (read.epk) details.add("curve", jose::key_type_name(read.epk->type()));
   details.add("encrypted_key_size", static_cast<std::int64_t>(encrypted_key.size()));
   return details.json();
}

} // namespace pkcs11
