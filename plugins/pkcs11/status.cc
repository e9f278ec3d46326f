// SPDX-License-Identifier: Apache-2.0
//
// Pkcs11Protector::status: what the token says of itself and of the key, without a login.

#include "protector.h"

#include <keyseat/sdk/jose/details.h>

namespace pkcs11 {

using jose::Details;
using keyseat::sdk::Status;

namespace {

struct Sight {
   Token token; // as it is now
   bool is_logged_in = false;
   std::string mechanisms;
};

Sight look_at(Device &device, const Call &call) {
   return device.with_token(call, [&](Attached &attached) {
      Sight sight{attached.token, false, attached.mechanisms.names()};
      sight.token.info = read_token_info(*attached.module, attached.token.slot);
      in_session(call, attached.sessions, [&](const Session &session) {
         sight.is_logged_in = attached.login.is_logged_in(session);
      });
      return sight;
   });
}

const char *pin_state(const Token &token) {
   if (token.has(CKF_USER_PIN_LOCKED)) return "locked";
   if (token.has(CKF_USER_PIN_FINAL_TRY)) return "final-try";
   if (token.has(CKF_USER_PIN_COUNT_LOW)) return "count-low";
   return token.has(CKF_USER_PIN_INITIALIZED) ? "ok" : "not-set";
}

const char *pin_warning(const Token &token) {
   if (token.has(CKF_USER_PIN_LOCKED)) return "; its user PIN is locked";
   if (token.has(CKF_USER_PIN_FINAL_TRY)) return "; one try of the PIN is left before it locks";
   if (token.has(CKF_USER_PIN_COUNT_LOW)) return "; a wrong PIN was given before";
   return "";
}

bool is_hardware(const Token &token) { return (token.slot_info.flags & CKF_HW_SLOT) != 0; }

std::string version_text(const CK_VERSION &version) {
   return std::to_string(version.major) + "." + std::to_string(version.minor);
}

void add_key(Details &details, const Token &token, const KnownKey &known) {
   const Key &key = known.key;
   details.add("key", describe_object(token.info, key.object_class(), key.id, key.label));
   details.add("key_type", jose::key_type_name(key.type));
   if (!known.alg.empty()) details.add("alg", known.alg);
   details.add("verified", known.algorithm != nullptr);
   if (known.algorithm != nullptr) details.add("mechanism", known.algorithm->mechanism());
   if (key.own_object == CK_INVALID_HANDLE) return;
   details.add("made_on_token", key.local);
   details.add("extractable", key.extractable);
   details.add("never_extractable", key.never_extractable);
   details.add("always_authenticate", key.always_authenticate);
}

std::string details_of(const std::string &module, const Sight &sight, const KnownKey *known) {
   const Token &token = sight.token;
   Details details;
   details.add("module", module);
   details.add("token", describe_token(token.info));
   details.add("manufacturer", field_text(token.info.manufacturerID));
   details.add("model", field_text(token.info.model));
   details.add("serial", token.serial());
   details.add("firmware", version_text(token.info.firmwareVersion));
   details.add("slot", static_cast<std::int64_t>(token.slot));
   details.add("hardware", is_hardware(token));
   details.add("mechanisms", sight.mechanisms);
   details.add("login_required", token.has(CKF_LOGIN_REQUIRED));
   details.add("protected_authentication_path", token.has(CKF_PROTECTED_AUTHENTICATION_PATH));
   details.add("logged_in", sight.is_logged_in);
   details.add("pin", pin_state(token));
   if (known != nullptr) add_key(details, token, *known);
   return details.json();
}

std::string describe(const Token &token, const KnownKey &known) {
   const Key &key = known.key;
   std::string text = std::string(key.is_pair() ? jose::key_type_name(key.type) : "AES-256") +
                      " key “" + readable(key.label) + "” on " + token.name();
   if (!known.alg.empty()) text += ", " + known.alg;
   if (known.alg == "RSA-OAEP") text += " (the token offers no OAEP with SHA-256)";
   return text + pin_warning(token);
}

std::uint32_t capabilities_of(const Token &token, const KnownKey *known) {
   std::uint32_t result = KEYSEAT_CAP_PARALLEL;
   if (is_hardware(token)) result |= KEYSEAT_CAP_HARDWARE;
   if (token.has(CKF_LOGIN_REQUIRED)) result |= KEYSEAT_CAP_NEEDS_PERSON;
   if (known != nullptr && known->key.is_pair()) result |= KEYSEAT_CAP_KEY_PAIR;
   if (known != nullptr && known->key.extractable) result |= KEYSEAT_CAP_EXPORTABLE;
   return result;
}

void judge(Status &status, const Sight &sight, const KnownKey *known) {
   const Token &token = sight.token;
   if (known == nullptr) {
      status.health = sight.is_logged_in ? KEYSEAT_HEALTH_KEY_MISSING : KEYSEAT_HEALTH_UNKNOWN;
      status.message =
            sight.is_logged_in
                  ? token.name() + " has no key that the URI means"
                  : token.name() + " answers; whether it has the key shows after a login";
      status.message += pin_warning(token);
   } else if (sight.is_logged_in && known->key.own_object == CK_INVALID_HANDLE) {
      status.health = KEYSEAT_HEALTH_KEY_MISSING;
      status.kid = known->kid;
      status.message =
            token.name() + " has the public half only of " + describe_key(token, known->key);
   } else {
      status.health = KEYSEAT_HEALTH_OK;
      status.kid = known->kid;
      status.message = describe(token, *known);
   }
   if (token.has(CKF_USER_PIN_LOCKED) && !sight.is_logged_in) status.health = KEYSEAT_HEALTH_DOWN;
}

} // namespace

Status Pkcs11Protector::status(const Call &call) {
   Status status;
   status.health = KEYSEAT_HEALTH_DOWN;
   status.capabilities = KEYSEAT_CAP_PARALLEL;
   try {
      const Sight sight = look_at(device_, call);
      status.capabilities = capabilities_of(sight.token, nullptr);
      status.details = details_of(device_.module_path(), sight, nullptr);
      const auto known = device_.visible_key(call);
      status.capabilities = capabilities_of(sight.token, known.get());
      status.details = details_of(device_.module_path(), sight, known.get());
      judge(status, sight, known.get());
   } catch (const Failure &failure) {
      if (failure.status() == KEYSEAT_E_CANCELLED) throw;
      status.message = failure.message();
      if (!failure.hint().empty()) status.message += ": " + failure.hint();
   }
   return status;
}

} // namespace pkcs11
