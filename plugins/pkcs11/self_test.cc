// SPDX-License-Identifier: Apache-2.0
//
// Pkcs11Protector::self_test: a known answer of the token's key wrap, then the real key.

#include "protector.h"

#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

namespace pkcs11 {

namespace {

class Report {
 public:
   void add(std::string_view name, bool passed, std::string_view detail) {
      if (!rows_.empty()) rows_ += ',';
      rows_ += "{\"name\":" + jose::json_quote(name) +
               ",\"passed\":" + (passed ? "true" : "false") +
               ",\"detail\":" + jose::json_quote(detail) + "}";
   }
   std::string json() const { return "[" + rows_ + "]"; }

 private:
   std::string rows_;
};

// Whether what the token makes with a key of known value opens in software with it: A256KW is then
// RFC 3394's, A256GCMKW NIST's. None where the token takes no key from outside.
std::optional<bool> agrees_with_software(const Call &call, Attached &attached,
                                         const Algorithm &algorithm) {
   const SecretBytes value = jose::random_secret(call.secret_memory(), 32);
   const SecretBytes cek = jose::random_secret(call.secret_memory(), KEYSEAT_CEK_SIZE);
   try {
      return in_session(call, attached.sessions, [&](const Session &session) {
         const CK_FUNCTION_LIST &f = attached.module->functions();
         Template made;
         made.number(CKA_CLASS, CKO_SECRET_KEY)
               .number(CKA_KEY_TYPE, CKK_AES)
               .truth(CKA_TOKEN, false)
               .bytes(CKA_VALUE, value);
         for (const CK_ATTRIBUTE_TYPE use : {CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP, CKA_UNWRAP})
            made.truth(use, true);
         TemporaryObject object(f, session.handle());
         check(f.C_CreateObject(session.handle(), made.data(), made.size(), object.out()),
               "C_CreateObject");
         Key key;
         key.own_object = object.handle();
         const Operation op{f, session.handle(), key, "self-test", call.secret_memory(), {}};
         const WrappedKey wrapped = algorithm.wrap(op, cek);
         const auto header = jose::read_jose_header(wrapped.header);
         const auto opened =
               header->alg == "A256KW"
                     ? jose::aes_key_unwrap(call.secret_memory(), value, wrapped.encrypted_key)
                     : jose::aes_gcm_open(call.secret_memory(), value, header->iv, {},
                                          wrapped.encrypted_key, header->tag);
         return opened && jose::constant_time_equal(*opened, cek);
      });
   } catch (const CryptokiError &) {
      return std::nullopt;
   }
}

} // namespace

std::string Pkcs11Protector::self_test(const Call &call) {
   Report report;
   std::string kid;
   device_.with_key(call, [&](Attached &attached, const KnownKey &known) {
      report = {};
      if (!known.key.is_pair()) {
         if (const auto agrees = agrees_with_software(call, attached, *known.algorithm)) {
            report.add("known-key", *agrees,
                       "what the token wraps under a key of known value opens in software");
         }
      }
      report.add("mechanism", true, known.algorithm->mechanism());
   });
   const SecretBytes cek = jose::random_secret(call.secret_memory(), KEYSEAT_CEK_SIZE);
   const WrappedKey wrapped = wrap(call, cek);
   const SecretBytes unwrapped = unwrap(call, wrapped.header, wrapped.encrypted_key);
   report.add("round-trip", jose::constant_time_equal(cek, unwrapped),
              "a random CEK wrapped and unwrapped with the key");

   Bytes altered = wrapped.encrypted_key;
   altered.back() ^= 1;
   bool refused = false;
   try {
      unwrap(call, wrapped.header, altered);
   } catch (const Failure &failure) {
      refused = failure.status() == KEYSEAT_E_TAMPERED;
   }
   report.add("refusal", refused, "an altered encrypted key does not unwrap");
   return report.json();
}

} // namespace pkcs11
